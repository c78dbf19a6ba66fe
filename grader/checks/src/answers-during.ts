import type { Check, Evidence, Finding, Operation } from '@lab/sdk';
import { moment, operationList, operationsOf, recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

interface AnswersDuringOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** What is missing during the experiment, for the finding, as `the cache could not be reached`. */
  readonly circumstances: Readonly<Record<string, string>>;
  /** Slowest share of the reads that may be later than `slowMs`: 0.05 allows one in twenty. */
  readonly slowShareMax: number;
  /** Generous: an answer later than this is no answer for a customer. Scaled up on a machine whose echo is late. */
  readonly slowMs: number;
}

/** While a dependency is away, reads go on: without errors and without hanging. */
export function answersDuring(options: AnswersDuringOptions): Check {
  const { circumstances, slowShareMax, slowMs, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments.flatMap((experiment) => {
        const reads = readsDuring(evidence, experiment);
        const limitMs = Math.max(slowMs, evidence.labHealth.echo.p95Ms * 20);
        const circumstance = circumstances[experiment] ?? experiment;
        if (reads.length === 0 && evidence.selected.includes(experiment)) {
          return [notMeasured(`No page was asked for while ${circumstance}`, experiment)];
        }
        return [
          ...failedReads(reads, experiment, circumstance),
          ...slowReads(reads, { experiment, circumstance, limitMs, slowShareMax }),
        ];
      }),
  };
}

function readsDuring(evidence: Evidence, experiment: string): readonly Operation[] {
  const facts = recordsOf(evidence, experiment).at(-1)?.facts;
  const fromMs = facts?.['fromMs'];
  const toMs = facts?.['toMs'];
  if (typeof fromMs !== 'number' || typeof toMs !== 'number') return [];
  return operationsOf(evidence, [experiment]).filter(
    (operation) => operation.kind === 'read' && operation.startMs >= fromMs && operation.startMs <= toMs,
  );
}

function failedReads(reads: readonly Operation[], experiment: string, circumstance: string): readonly Finding[] {
  // An answer without the value is no answer.
  const failed = reads.filter((read) => read.outcome !== 'ok' || read.value === null);
  const first = failed[0];
  if (first === undefined) return [];
  const ids = failed.map((read) => read.id);
  return [
    {
      code: 'READS_FAILED',
      severity: 'failure',
      message: `While ${circumstance}, ${failed.length} of ${reads.length} book pages were not answered; the first at ${moment(first.startMs)} through ${first.replica} (${describeFailure(first)}). The database was there all the time. See ${operationList(ids)}.`,
      measured: {
        text: `${failed.length} of ${reads.length} reads failed`,
        value: failed.length,
        unit: 'failed reads',
      },
      expected: { text: 'every read answered', value: 0, unit: 'failed reads' },
      atMs: first.startMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}

function slowReads(
  reads: readonly Operation[],
  limits: { experiment: string; circumstance: string; limitMs: number; slowShareMax: number },
): readonly Finding[] {
  const { experiment, circumstance, limitMs, slowShareMax } = limits;
  const slow = reads.filter((read) => read.endMs - read.startMs > limitMs);
  const worst = slow.toSorted((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs))[0];
  if (worst === undefined || slow.length <= reads.length * slowShareMax) return [];
  const worstMs = Math.round(worst.endMs - worst.startMs);
  const ids = slow.map((read) => read.id);
  return [
    {
      code: 'READS_HUNG',
      severity: 'failure',
      message: `While ${circumstance}, ${slow.length} of ${reads.length} book pages took longer than ${Math.round(limitMs)} ms, the worst ${worstMs} ms: the readers waited for the cache instead of going to the database. See ${operationList(ids)}.`,
      measured: {
        text: `${slow.length} of ${reads.length} slower than ${Math.round(limitMs)} ms`,
        value: worstMs,
        unit: 'ms',
      },
      expected: {
        text: `at most ${Math.floor(reads.length * slowShareMax)} slower`,
        value: Math.round(limitMs),
        unit: 'ms',
      },
      atMs: worst.startMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}

function describeFailure(read: Operation): string {
  if (read.outcome === 'ok') return 'answered, but without a price';
  return read.status === 0 ? (read.error ?? 'no answer') : `status ${read.status}`;
}
