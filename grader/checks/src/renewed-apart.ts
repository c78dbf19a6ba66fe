import type { Check, Finding } from '@lab/sdk';
import { notMeasured } from './not-measured.ts';
import { type Renewals, renewalsIn } from './renewals.ts';

interface RenewedApartOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** The one in which pages were made together. */
  readonly experiment: string;
  readonly windowMs: number;
  /** Of the pages, this share at most may be made again within any such window. */
  readonly shareMax: number;
}

/** Pages that were made together are not made again together. */
export function renewedApart(options: RenewedApartOptions): Check {
  const { experiment, windowMs, shareMax, ...facts } = options;
  return {
    ...facts,
    experiments: [experiment],
    judge: (evidence) => {
      if (!evidence.selected.includes(experiment)) return [];
      const found = renewalsIn(evidence, experiment);
      if (found === null || found.pages.length === 0) {
        return [notMeasured('No pages were made together', experiment)];
      }
      return wall(found, { experiment, windowMs, shareMax });
    },
  };
}

interface Limits {
  readonly experiment: string;
  readonly windowMs: number;
  readonly shareMax: number;
}

/**
 * By the life of each page, from when it was made until it was seen to have been made again: how long it took to make
 * them all, one after the other on a busy machine, does not spread what begins and ends together.
 */
function wall({ pages }: Renewals, { experiment, windowMs, shareMax }: Limits): readonly Finding[] {
  const lives = pages
    .flatMap(({ seen, madeMs }) => (seen === undefined ? [] : [{ lifeMs: seen.endMs - madeMs, seen }]))
    .toSorted((a, b) => a.lifeMs - b.lifeMs);
  const within = (fromMs: number) => lives.filter(({ lifeMs }) => lifeMs >= fromMs && lifeMs <= fromMs + windowMs);
  const fullest = lives
    .map(({ lifeMs }) => within(lifeMs))
    .toSorted((a, b) => b.length - a.length)
    .at(0);
  const first = fullest?.[0];
  // What was never made again is another check's.
  if (fullest === undefined || first === undefined) return [];
  const [most, allowed] = [fullest.length, Math.floor(lives.length * shareMax)];
  if (most <= allowed) return [];
  const [fromMs, toMs] = [Math.round(first.lifeMs), Math.round(fullest.at(-1)?.lifeMs ?? first.lifeMs)];
  return [
    {
      code: 'MADE_AGAIN_TOGETHER',
      severity: 'failure',
      message: `${lives.length} pages were made together. ${most} of them were made again when they had lived for ${fromMs} to ${toMs} ms. What begins together and lives equally long ends together, and each time the database has all of it at once.`,
      measured: { text: `${most} of ${lives.length} within ${windowMs} ms`, value: most, unit: 'pages' },
      expected: { text: `at most ${allowed}`, value: allowed, unit: 'pages' },
      atMs: first.seen.endMs,
      refs: { experiment, operations: fullest.slice(0, 5).map(({ seen }) => seen.id) },
    },
  ];
}
