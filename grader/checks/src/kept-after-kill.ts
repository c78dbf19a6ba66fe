import type { Check, ExperimentRecord, Finding } from '@lab/sdk';
import { grouped, valuesOf } from './backfill-evidence.ts';
import { endOf, numberFact, reachedRecord, runsOf } from './migration-evidence.ts';
import { notMeasured } from './not-measured.ts';

interface KeptOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** The backfill is killed in the middle of its work, and run again. */
  readonly experiment: string;
  /** Rows whose work may be lost, or done twice. */
  readonly rowsMax: number;
}

/** A kill costs a batch at most: what was done stays done and is not done again, and the next run does the rest. */
export function keptAfterKill({ experiment, rowsMax, ...facts }: KeptOptions): Check {
  return {
    ...facts,
    experiments: [experiment],
    judge: (evidence) => {
      if (!evidence.selected.includes(experiment)) return [];
      const record = reachedRecord(evidence, experiment);
      const values = valuesOf(evidence, experiment);
      if (record === undefined || values === null) {
        return [notMeasured('The backfill could not be killed in the middle of its work', experiment)];
      }
      const last = runsOf(evidence, experiment).at(-1);
      const isDone = last?.exitCode === 0 && values.missing + values.wrong === 0;
      return [
        ...doneTwice(record, { experiment, rowsMax }),
        ...(isDone ? [] : [notAfterKill(last === undefined ? 'no run was seen' : endOf(last), { experiment, values })]),
      ];
    },
  };
}

function doneTwice(
  record: ExperimentRecord,
  { experiment, rowsMax }: { readonly experiment: string; readonly rowsMax: number },
): readonly Finding[] {
  const rewritten = numberFact(record, 'rewritten') ?? 0;
  // Writes of a transaction that the kill undid count too: the server counts what it did.
  const wasted = Math.max(rewritten, numberFact(record, 'wasted') ?? 0);
  if (wasted <= rowsMax) return [];
  const kept = numberFact(record, 'filledAtKill') ?? 0;
  return [
    {
      code: 'WORK_LOST',
      severity: 'failure',
      message: `The backfill was killed in the middle of its work: ${grouped(kept)} rows had their value then. Until all was done, ${grouped(wasted)} rows were written for nothing: their work was undone by the kill, or done again by the next run.`,
      measured: { text: `${grouped(wasted)} rows for nothing`, value: wasted, unit: 'rows' },
      expected: { text: `at most ${grouped(rowsMax)}`, value: rowsMax, unit: 'rows' },
      atMs: null,
      refs: { experiment },
    },
  ];
}

function notAfterKill(
  end: string,
  { experiment, values }: { readonly experiment: string; readonly values: { missing: number; wrong: number } },
): Finding {
  const left = values.missing + values.wrong;
  return {
    code: 'NOT_AFTER_KILL',
    severity: 'failure',
    message: `The backfill was killed in the middle of its work, and run again with nothing in its way. The last run: ${end}; ${grouped(left)} rows did not have their value. A machine that dies, or somebody who loses patience, leaves this behind.`,
    measured: { text: `${grouped(left)} rows wrong after the next run`, value: left, unit: 'rows' },
    expected: { text: 'the next run does the rest, and ends with exit 0' },
    atMs: null,
    refs: { experiment },
  };
}
