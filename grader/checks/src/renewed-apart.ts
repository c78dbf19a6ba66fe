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

function wall({ pages, warmedMs }: Renewals, { experiment, windowMs, shareMax }: Limits): readonly Finding[] {
  const times = pages.flatMap(({ seen }) => (seen === undefined ? [] : [seen.endMs])).toSorted((a, b) => a - b);
  const within = (fromMs: number): number => times.filter((ms) => ms >= fromMs && ms <= fromMs + windowMs).length;
  const fullest = times.toSorted((a, b) => within(b) - within(a))[0];
  // What was never made again is another check's.
  if (fullest === undefined) return [];
  const [most, allowed] = [within(fullest), Math.floor(times.length * shareMax)];
  if (most <= allowed) return [];
  const afterMs = Math.round(fullest - warmedMs);
  return [
    {
      code: 'MADE_AGAIN_TOGETHER',
      severity: 'failure',
      message: `${times.length} pages were made at one moment. ${most} of them were made again within the same ${windowMs} ms, from ${afterMs} ms on after that. What begins together and lives equally long ends together, and each time the database has them all at once.`,
      measured: { text: `${most} of ${times.length} within ${windowMs} ms`, value: most, unit: 'pages' },
      expected: { text: `at most ${allowed}`, value: allowed, unit: 'pages' },
      atMs: fullest,
      refs: { experiment },
    },
  ];
}
