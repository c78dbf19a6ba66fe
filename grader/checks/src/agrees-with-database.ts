import type { Check, Evidence, Finding, Operation } from '@lab/sdk';
import { moment, operationsOf, price, recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

interface AgreesOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** Experiment whose facts hold, by key, the value in the database. */
  readonly reread: string;
}

/**
 * Where two clients write at once the ledger cannot know the order; the database does. Once both
 * were acknowledged, every view shows the value that the database ended with.
 */
export function agreesWithDatabase(options: AgreesOptions): Check {
  const { reread, ...facts } = options;
  return {
    ...facts,
    experiments: [...facts.experiments, reread],
    judge: (evidence) => {
      const record = recordsOf(evidence, reread).at(-1);
      if (record?.reached !== true) return [notMeasured('The database was not read at the end', reread)];
      const truth = record.facts;
      const operations = operationsOf(evidence, [...facts.experiments, reread]);
      const own = new Set(operationsOf(evidence, facts.experiments).map((operation) => operation.key));
      return [...own].flatMap((key) => judgeKey(key, truth[key], operations, evidence));
    },
  };
}

function judgeKey(
  key: string,
  truth: unknown,
  operations: readonly Operation[],
  evidence: Evidence,
): readonly Finding[] {
  if (typeof truth !== 'number') return [];
  const ofKey = operations.filter((operation) => operation.key === key);
  // A refused write takes no part.
  const writes = ofKey.filter((operation) => operation.kind === 'write' && operation.outcome !== 'fail');
  // A write whose outcome nobody knows may still change the row after it was read.
  if (writes.length < 2 || writes.some((write) => write.outcome === 'unknown')) return [];
  const settledMs = Math.max(...writes.map((write) => write.endMs));
  const wrong = ofKey.filter(
    (read) => read.kind === 'read' && read.outcome === 'ok' && read.startMs >= settledMs && read.value !== truth,
  );
  const first = wrong[0];
  if (first === undefined) return [];
  const record = evidence.experiments.find((candidate) => candidate.keys.includes(key));
  return [
    {
      code: 'OLDER_WRITE_WON',
      severity: 'failure',
      message:
        `Two people saved book ${key} at the same time, and both were answered with success by ${moment(settledMs)}. The database ended with ` +
        `${price(truth)}, but ${first.replica} still said ${price(first.value)} at ${moment(first.startMs)}: the save that came first in the ` +
        `database was the last to write to the cache. ${wrong.length} reads disagreed with the database.`,
      measured: { text: `${price(first.value)} from ${first.replica}`, value: wrong.length, unit: 'wrong reads' },
      expected: { text: `${price(truth)}, as in the database`, value: 0, unit: 'wrong reads' },
      atMs: first.startMs,
      refs: {
        ...(record === undefined ? {} : { experiment: record.experiment }),
        operations: [...writes.map((write) => write.id), ...wrong.slice(0, 3).map((read) => read.id)],
      },
    },
  ];
}
