import type { Check, Evidence, Finding } from '@lab/sdk';
import { generousMs } from './charges.ts';
import { moment, rowsOf, seconds } from './evidence-views.ts';
import { reachedRecord } from './migration-evidence.ts';
import { notMeasured } from './not-measured.ts';

interface ShortOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** The backfill works on rows of which somebody else holds some, for longer than a transaction may be. */
  readonly experiment: string;
  readonly openMsMax: number;
}

/**
 * What a transaction has changed or locked it keeps until its end, and meanwhile nothing that it has seen can be cleared
 * away. Waiting counts like working: for the others it is the same.
 */
export function transactionsStayShort({ experiment, openMsMax, ...facts }: ShortOptions): Check {
  return {
    ...facts,
    experiments: [experiment],
    judge: (evidence) => {
      if (!evidence.selected.includes(experiment)) return [];
      const record = reachedRecord(evidence, experiment);
      if (record === undefined) return [notMeasured('The backfill was not met by somebody who holds rows', experiment)];
      // Who found nothing to do has no transaction to be seen.
      if (record.facts['point'] === 'ended') return [];
      const seen = transactionsOf(evidence, experiment);
      if (seen.length === 0) return [notMeasured('No transaction of the backfill was seen', experiment)];
      return longest(seen, { experiment, limitMs: generousMs(openMsMax, evidence) });
    },
  };
}

interface Transaction {
  readonly startMs: number;
  readonly ms: number;
  readonly writes: boolean;
}

function transactionsOf(evidence: Evidence, experiment: string): readonly Transaction[] {
  return rowsOf(evidence, 'transactions', experiment).map((row) => ({
    startMs: Number(row['startMs']),
    ms: Number(row['endMs']) - Number(row['startMs']),
    writes: row['writes'] === true,
  }));
}

function longest(
  seen: readonly Transaction[],
  { experiment, limitMs }: { readonly experiment: string; readonly limitMs: number },
): readonly Finding[] {
  const long = seen.filter(({ ms }) => ms > limitMs);
  const worst = long.toSorted((a, b) => b.ms - a.ms)[0];
  if (worst === undefined) return [];
  const keeps = worst.writes
    ? 'Every row that it had changed or locked by then stayed locked until its end'
    : 'It had changed nothing yet, and nothing that it could still see could be cleared away';
  return [
    {
      code: 'TRANSACTION_OPEN_LONG',
      severity: 'failure',
      message: `One transaction of the backfill, begun at ${moment(worst.startMs)}, was open for ${seconds(worst.ms)}; ${long.length} of ${seen.length} that the lab saw were open for longer than ${seconds(limitMs)}. ${keeps}. Whoever wanted to sell one of these books waited.`,
      measured: { text: `open for ${seconds(worst.ms)}`, value: Math.round(worst.ms), unit: 'ms' },
      expected: { text: `at most ${seconds(limitMs)}`, value: Math.round(limitMs), unit: 'ms' },
      atMs: worst.startMs,
      refs: { experiment },
    },
  ];
}
