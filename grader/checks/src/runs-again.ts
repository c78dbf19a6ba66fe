import type { Check, Evidence, Finding } from '@lab/sdk';
import { rowsOf } from './evidence-views.ts';
import { endOf, reachedRecord, runsOf } from './migration-evidence.ts';
import { notMeasured } from './not-measured.ts';

interface RunsAgainOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** The migrations run on a copy, and once more when they are done. */
  readonly repeated: string;
  /** They are killed while they wait for a lock, and run again. */
  readonly killed: string;
}

/** A deploy that is repeated changes nothing, and one that was cut off can be repeated. */
export function runsAgain({ repeated, killed, ...facts }: RunsAgainOptions): Check {
  return {
    ...facts,
    experiments: [repeated, killed],
    judge: (evidence) => [
      ...(evidence.selected.includes(repeated) ? afterDone(evidence, repeated) : []),
      ...(evidence.selected.includes(killed) ? afterKill(evidence, killed) : []),
    ],
  };
}

function afterDone(evidence: Evidence, experiment: string): readonly Finding[] {
  const record = reachedRecord(evidence, experiment);
  if (record === undefined) return [notMeasured('The migrations were not run on a copy', experiment)];
  // Where the first run did not succeed there is no second: other checks say what is wrong.
  if (record.facts['ranAgain'] !== true) return [];
  const changes = rowsOf(evidence, 'schema-changes', experiment).filter(({ moment }) => moment === 'again');
  const last = runsOf(evidence, experiment).at(-1);
  if (last?.exitCode === 0 && changes.length === 0) return [];
  const changed = changes.map(({ change, kind, definition }) => `${change}: ${kind} ${definition}`).slice(0, 3);
  return [
    {
      code: 'CHANGED_AGAIN',
      severity: 'failure',
      message: `The migrations had ended with exit 0, and were run a second time on the same database. The second run: ${last === undefined ? 'none' : endOf(last)}.${changed.length === 0 ? '' : ` It changed the schema (${changed.join('; ')}).`}`,
      measured: { text: changes.length === 0 ? 'the second run failed' : `${changes.length} changes` },
      expected: { text: 'exit 0, and nothing changes' },
      atMs: last?.startMs ?? null,
      refs: { experiment },
    },
  ];
}

function afterKill(evidence: Evidence, experiment: string): readonly Finding[] {
  const record = reachedRecord(evidence, experiment);
  if (record === undefined) return [notMeasured('The migrations could not be killed in the queue', experiment)];
  const runs = runsOf(evidence, experiment);
  const last = runs.at(-1);
  if (last?.exitCode === 0 && last.missing === 0) return [];
  return [
    {
      code: 'NOT_AFTER_KILL',
      severity: 'failure',
      message: `The runner was killed while it waited for its lock, and then the lock was free. Run again, it did not finish its work: ${last === undefined ? 'no run was seen' : `${endOf(last)}${last.missing ? `, with ${last.missing} demands on the schema not met` : ''}`}. A machine that dies in a deploy leaves this behind.`,
      measured: { text: last === undefined ? 'no run' : endOf({ ...last, lastWords: '' }) },
      expected: { text: 'the next run does all of it, and ends with exit 0' },
      atMs: last?.startMs ?? null,
      refs: { experiment },
    },
  ];
}
