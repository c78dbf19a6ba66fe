import type { Check, Finding } from '@lab/sdk';
import { grouped } from './backfill-evidence.ts';
import { rowsOf } from './evidence-views.ts';
import { endOf, numberFact, reachedRecord, runsOf } from './migration-evidence.ts';
import { notMeasured } from './not-measured.ts';

interface RepeatsOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** All of the rollout is run once more when it is done. */
  readonly experiment: string;
}

/** A rollout that is repeated ends with exit 0, writes no row and makes nothing of the schema anew. */
export function repeatsNothing({ experiment, ...facts }: RepeatsOptions): Check {
  return {
    ...facts,
    experiments: [experiment],
    judge: (evidence) => {
      if (!evidence.selected.includes(experiment)) return [];
      const record = reachedRecord(evidence, experiment);
      if (record === undefined) return [notMeasured('The rollout was not run on a copy', experiment)];
      // Where the first did not succeed there is no second: other checks say what is wrong.
      if (record.facts['ranAgain'] !== true) return [];
      const written = numberFact(record, 'writtenAgain') ?? 0;
      const changes = rowsOf(evidence, 'schema-changes', experiment).filter(({ moment }) => moment === 'again');
      const failed = runsOf(evidence, experiment, 'repeated-runs').find(({ exitCode }) => exitCode !== 0);
      if (written === 0 && changes.length === 0 && failed === undefined) return [];
      return [changedAgain(experiment, { written, changes: changes.length, failed: failed && endOf(failed) })];
    },
  };
}

function changedAgain(
  experiment: string,
  {
    written,
    changes,
    failed,
  }: { readonly written: number; readonly changes: number; readonly failed: string | undefined },
): Finding {
  const what = [
    ...(failed === undefined ? [] : [`one of its two programs: ${failed}`]),
    ...(written === 0 ? [] : [`${grouped(written)} rows were written again`]),
    ...(changes === 0 ? [] : [`${changes} things of the schema were made anew`]),
  ];
  return {
    code: 'CHANGED_AGAIN',
    severity: 'failure',
    message: `The rollout had ended with exit 0, and was run a second time on the same database: ${what.join('; ')}.`,
    measured: { text: what[0] ?? '', value: written, unit: 'rows' },
    expected: { text: 'exit 0, and nothing changes', value: 0, unit: 'rows' },
    atMs: null,
    refs: { experiment },
  };
}
