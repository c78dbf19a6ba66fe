import type { Check, Evidence, Finding, Operation } from '@lab/sdk';
import { latest, moment, operationList, operationsOf } from './evidence-views.ts';

interface WritesAnswerOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** Name of the load's writes, as k6 tags them. */
  readonly request: string;
  /** A calm write's median may take this long; scaled up on a machine whose echo is late. */
  readonly medianMsMax: number;
}

/** Writes are accepted, soon, and again soon after a barrier or fault is gone: refusing or delaying is not fixing. */
export function writesAnswer(options: WritesAnswerOptions): Check {
  const { request, medianMsMax, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => [
      ...slowWrites(evidence, { request, medianMsMax, experiments: facts.experiments }),
      ...facts.experiments.flatMap((experiment) => refusedWrites(evidence, experiment)),
    ],
  };
}

interface SlowWriteLimits {
  readonly request: string;
  readonly medianMsMax: number;
  readonly experiments: readonly string[];
}

function slowWrites(evidence: Evidence, limits: SlowWriteLimits): readonly Finding[] {
  const { request, medianMsMax, experiments } = limits;
  // Writes that take longer than the calm stretch is have no figure there; the lab's own writes do.
  const medianMs =
    latest(evidence, 'load.latency_p50_ms', { window: 'calm', name: request }) ?? medianOfWrites(evidence, experiments);
  const limitMs = Math.max(medianMsMax, evidence.labHealth.echo.p95Ms * 20);
  if (medianMs === null || medianMs <= limitMs) return [];
  return [
    {
      code: 'WRITES_SLOW',
      severity: 'failure',
      message: `With nothing broken, half of all saves took longer than ${Math.round(medianMs)} ms. Waiting does not make an old value right; it makes every editor wait.`,
      measured: { text: `median ${Math.round(medianMs)} ms`, value: Math.round(medianMs), unit: 'ms' },
      expected: { text: `at most ${Math.round(limitMs)} ms`, value: Math.round(limitMs), unit: 'ms' },
      atMs: null,
      refs: {},
    },
  ];
}

function medianOfWrites(evidence: Evidence, experiments: readonly string[]): number | null {
  const durations = operationsOf(evidence, experiments)
    .filter((operation) => operation.kind === 'write' && operation.outcome === 'ok')
    .map((operation) => operation.endMs - operation.startMs)
    .sort((a, b) => a - b);
  return durations[Math.floor(durations.length / 2)] ?? null;
}

/** The last write of each key is the client's last retry, well after whatever hindered it was gone. */
function refusedWrites(evidence: Evidence, experiment: string): readonly Finding[] {
  const writes = operationsOf(evidence, [experiment]).filter((operation) => operation.kind === 'write');
  const lastByKey = new Map<string, Operation>();
  for (const write of writes) lastByKey.set(write.key, write);
  const refused = [...lastByKey.values()].filter((write) => write.outcome !== 'ok');
  const first = refused[0];
  if (first === undefined) return [];
  const attempts = writes.filter((write) => write.key === first.key && write.value === first.value);
  const ids = attempts.map((write) => write.id);
  return [
    {
      code: 'WRITE_REFUSED',
      severity: 'failure',
      message: `The price of book ${first.key} could not be saved: ${attempts.length} attempts, the last at ${moment(first.startMs)}, ended with ${first.status === 0 ? first.error : `status ${first.status}`}, although nothing held the service up any more. See ${operationList(ids)}.`,
      measured: { text: `${attempts.length} attempts refused`, value: attempts.length, unit: 'attempts' },
      expected: { text: 'one of three retries succeeds within a second' },
      atMs: first.startMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}
