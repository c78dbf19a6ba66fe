import type { Check, Evidence, ExperimentRecord, Finding } from '@lab/sdk';
import { generousMs } from './charges.ts';
import { moment, operationList, operationsOf, percent, seconds } from './evidence-views.ts';
import { numberFact, reachedRecord, type WaitRow, waitsOf } from './migration-evidence.ts';
import { notMeasured } from './not-measured.ts';

interface QueueOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** A long report holds its tables, a migration wants one of them, and people work meanwhile. */
  readonly experiment: string;
  /** A report is opened when the migration has done its first step, and others come on the same table. */
  readonly later: string;
  /** Nobody stands behind the migration for longer, at one time. */
  readonly waitMsMax: number;
  /** Of the time that the report is open, whoever comes need not queue behind the migration for at least this share. */
  readonly openShareMin: number;
  /** Once the report is closed, writes follow each other this closely until the migration is done. */
  readonly gapMsMax: number;
}

/** Whoever waits for one of these makes writers, or everybody, wait behind it. */
const stopping = /^(?:Share|ShareRowExclusive|Exclusive|AccessExclusive)Lock$/;
/** A share says something only of a stretch in which a patient migration pauses as well. */
const heldLongMs = 4_000;

/**
 * Who asks for the strong lock makes everybody queue behind it: how long, and how much of the time. Judged from who
 * waited for whom, never from what the migration has set.
 */
export function queueStaysShort(options: QueueOptions): Check {
  const { experiment, later, waitMsMax, openShareMin, gapMsMax, ...facts } = options;
  return {
    ...facts,
    experiments: [experiment, later],
    judge: (evidence) => [
      ...(evidence.selected.includes(experiment) ? firstStep(evidence, options) : []),
      ...(evidence.selected.includes(later) ? laterStep(evidence, options) : []),
    ],
  };
}

function firstStep(
  evidence: Evidence,
  { experiment, waitMsMax, openShareMin, gapMsMax }: QueueOptions,
): readonly Finding[] {
  const record = reachedRecord(evidence, experiment);
  if (record === undefined || record.facts['seen'] === false) {
    return [notMeasured('The migration never came to the database while the report was open', experiment)];
  }
  const waits = waitsOf(evidence, experiment);
  return [
    ...longWaits(evidence, { experiment, waits, waitMsMax }),
    ...closedQueue(record, { experiment, waits, openShareMin }),
    ...standingWrites(evidence, record, { experiment, gapMsMax }),
  ];
}

/** A limit that was in force for the first lock says nothing of the next one. */
function laterStep(evidence: Evidence, { later: experiment, waitMsMax }: QueueOptions): readonly Finding[] {
  if (reachedRecord(evidence, experiment) === undefined) {
    return [notMeasured('The second step of the migration was not met', experiment)];
  }
  return longWaits(evidence, { experiment, waits: waitsOf(evidence, experiment), waitMsMax });
}

const lengthOf = ({ startMs, endMs }: Pick<WaitRow, 'startMs' | 'endMs'>): number => endMs - startMs;

function longWaits(
  evidence: Evidence,
  { experiment, waits, waitMsMax }: { experiment: string; waits: readonly WaitRow[]; waitMsMax: number },
): readonly Finding[] {
  const limitMs = generousMs(waitMsMax, evidence);
  const queue = waits.filter(({ behindMigration }) => behindMigration);
  const overlapping = (one: WaitRow): readonly WaitRow[] =>
    queue.filter(({ startMs, endMs }) => startMs < one.endMs && endMs > one.startMs);
  // People give up waiting, and are refused; the wait of the migration that they stood behind goes on.
  const stood = waits.filter((one) => one.who === 'migration' && overlapping(one).length > 0);
  const long = [...stood, ...queue].filter((one) => lengthOf(one) > limitMs);
  const worst = long.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0];
  if (worst === undefined) return [];
  const behind = worst.who === 'migration' ? overlapping(worst) : queue;
  const who = [...new Set(behind.map((one) => one.who))].sort().join(', ');
  return [
    {
      code: 'QUEUE_TOO_LONG',
      severity: 'failure',
      message: `From ${moment(worst.startMs)} on, ${worst.who} waited for ${lockOf(worst)} for ${seconds(lengthOf(worst))}, and ${behind.length} other waits of ${who} piled up behind the migration. A report that only reads was open all the time; whoever came after the migration, to read or to write, stood in the queue behind it.`,
      measured: { text: `${seconds(lengthOf(worst))} in the queue`, value: Math.round(lengthOf(worst)), unit: 'ms' },
      expected: { text: `at most ${seconds(limitMs)}`, value: Math.round(limitMs), unit: 'ms' },
      atMs: worst.startMs,
      refs: { experiment, during: ['long-report'] },
    },
  ];
}

function closedQueue(
  record: ExperimentRecord,
  { experiment, waits, openShareMin }: { experiment: string; waits: readonly WaitRow[]; openShareMin: number },
): readonly Finding[] {
  const fromMs = numberFact(record, 'heldFromMs');
  const toMs = numberFact(record, 'heldToMs');
  if (fromMs === null || toMs === null) return [notMeasured('When the report was open is not known', experiment)];
  if (toMs - fromMs < heldLongMs) return [];
  const closedMs = covered(
    waits.filter((one) => one.behindMigration || (one.who === 'migration' && stopping.test(one.mode))),
    { fromMs, toMs },
  );
  const tries = waits.filter(({ who, mode }) => who === 'migration' && stopping.test(mode)).length;
  const openShare = 1 - closedMs / (toMs - fromMs);
  if (openShare >= openShareMin) return [];
  return [
    {
      code: 'QUEUE_NEVER_EMPTY',
      severity: 'failure',
      message: `The report was open for ${seconds(toMs - fromMs)}, and for ${seconds(closedMs)} of them whoever came had to queue behind the migration, which asked for its lock ${tries} times. No single wait has to be long for that: who asks for the lock again at once leaves people no time to catch up.`,
      measured: { text: `open for ${percent(openShare)} of the time`, value: openShare, unit: 'share' },
      expected: { text: `at least ${percent(openShareMin)}`, value: openShareMin, unit: 'share' },
      atMs: fromMs,
      refs: { experiment, during: ['long-report'] },
    },
  ];
}

/** Length of what these stretches cover of another, where they overlap once. */
function covered(
  stretches: readonly Pick<WaitRow, 'startMs' | 'endMs'>[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): number {
  let untilMs = fromMs;
  let sumMs = 0;
  for (const { startMs, endMs } of stretches.toSorted((a, b) => a.startMs - b.startMs)) {
    const [from, to] = [Math.max(startMs, untilMs), Math.min(endMs, toMs)];
    if (to <= from) continue;
    sumMs += to - from;
    untilMs = to;
  }
  return sumMs;
}

function standingWrites(
  evidence: Evidence,
  record: ExperimentRecord,
  { experiment, gapMsMax }: { experiment: string; gapMsMax: number },
): readonly Finding[] {
  const fromMs = numberFact(record, 'heldToMs');
  const toMs = numberFact(record, 'doneMs');
  // Where it was never done there is no such stretch; another check says so.
  if (fromMs === null || toMs === null) return [];
  const limitMs = generousMs(gapMsMax, evidence);
  const writes = operationsOf(evidence, [experiment])
    .filter(({ kind, outcome }) => kind === 'write' && outcome === 'ok')
    .toSorted((a, b) => a.endMs - b.endMs);
  const after = writes.filter(({ endMs }) => endMs > fromMs);
  if (after.length === 0) return [notMeasured('Nobody wrote after the report', experiment)];
  const gaps = after
    .map((write, index) => ({ write, fromMs: after[index - 1]?.endMs ?? fromMs }))
    .filter(({ fromMs: begun }) => begun <= toMs)
    .map((gap) => ({ ...gap, ms: gap.write.endMs - gap.fromMs }));
  const worst = gaps.toSorted((a, b) => b.ms - a.ms)[0];
  if (worst === undefined || worst.ms <= limitMs) return [];
  return [
    {
      code: 'WRITES_STOOD',
      severity: 'failure',
      message: `The report was closed at ${moment(fromMs)}, and the migration was done at ${moment(toMs)}. In between no save of anybody was answered for ${seconds(worst.ms)}, from ${moment(worst.fromMs)} on. See ${operationList([worst.write.id])}.`,
      measured: { text: `no save for ${seconds(worst.ms)}`, value: Math.round(worst.ms), unit: 'ms' },
      expected: { text: `at most ${seconds(limitMs)} between two saves`, value: Math.round(limitMs), unit: 'ms' },
      atMs: worst.fromMs,
      refs: { experiment, operations: [worst.write.id] },
    },
  ];
}

function lockOf({ mode, table }: WaitRow): string {
  const name = mode
    .replace(/Lock$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
  return table === null ? `a lock (${name})` : `${name} on ${table.replace(/^public\./, '')}`;
}
