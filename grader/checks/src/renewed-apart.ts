import type { Check, Finding } from '@lab/sdk';
import { notMeasured } from './not-measured.ts';
import { type Renewals, renewalsIn } from './renewals.ts';

interface RenewedApartOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** The one in which pages were made together. */
  readonly experiment: string;
  /** Of the pages, this share at most may have lived equally long. */
  readonly shareMax: number;
}

/**
 * Pages that were made together are not made again together. Looks tell of each page between which two moments it was
 * made again: that it lived for longer than the one, and not for longer than the other. However late a look is on a busy
 * machine, lives that are equal have a time in common.
 */
export function renewedApart(options: RenewedApartOptions): Check {
  const { experiment, shareMax, ...facts } = options;
  return {
    ...facts,
    experiments: [experiment],
    judge: (evidence) => {
      if (!evidence.selected.includes(experiment)) return [];
      const found = renewalsIn(evidence, experiment);
      if (found === null || found.pages.length === 0) {
        return [notMeasured('No pages were made together', experiment)];
      }
      return wall(found, { experiment, shareMax });
    },
  };
}

interface Limits {
  readonly experiment: string;
  readonly shareMax: number;
}

/** A page that the first look saw made again already was perhaps never kept: its life is not known. */
function wall({ pages }: Renewals, { experiment, shareMax }: Limits): readonly Finding[] {
  const lives = pages.flatMap(({ seen, madeMs, lastOld }) =>
    seen === undefined || lastOld.startMs < madeMs
      ? []
      : [{ longerMs: lastOld.startMs - madeMs, notLongerMs: seen.endMs - madeMs, seen }],
  );
  // Where most have a time in common, it is the end of one of them.
  const times = lives.map(({ notLongerMs }) => ({
    ms: notLongerMs,
    equal: lives.filter((life) => life.longerMs <= notLongerMs && notLongerMs <= life.notLongerMs),
  }));
  const most = times.toSorted((a, b) => b.equal.length - a.equal.length).at(0);
  const first = most?.equal[0];
  const allowed = Math.floor(lives.length * shareMax);
  // What was never made again is another check's.
  if (most === undefined || first === undefined || most.equal.length <= allowed) return [];
  const count = most.equal.length;
  return [
    {
      code: 'MADE_AGAIN_TOGETHER',
      severity: 'failure',
      message: `${lives.length} pages were made together. ${count} of them were made again when they had lived equally long, ${Math.round(most.ms)} ms, as far as looks can tell. What begins together and lives equally long ends together, and each time the database has all of it at once.`,
      measured: { text: `${count} of ${lives.length} at ${Math.round(most.ms)} ms`, value: count, unit: 'pages' },
      expected: { text: `at most ${allowed}`, value: allowed, unit: 'pages' },
      atMs: first.seen.endMs,
      refs: { experiment, operations: most.equal.slice(0, 5).map(({ seen }) => seen.id) },
    },
  ];
}
