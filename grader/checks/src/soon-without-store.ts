import type { Check, Evidence, Finding, Operation } from '@lab/sdk';
import { moment, numberOrNull, operationList, operationsOf, recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

interface SoonWithoutStoreOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** Views of the same requests before the outage: what an answer takes on this machine. */
  readonly before: readonly string[];
  /** While the store is away. */
  readonly away: readonly string[];
  /** An answer may take so much longer. */
  readonly waitMsMax: number;
  /**
   * An answer this late has certainly waited. Scaled up on a machine whose echo is late, or whose replicas are late with
   * what has nothing to do with the store: the fact `controlP95Ms` of the experiment.
   */
  readonly slowMs: number;
  /** Share of the answers that may be later, beyond the share that was before. */
  readonly slowShareMax: number;
  /** What was wrong with the store, by experiment: whole sentences. */
  readonly circumstances: Readonly<Record<string, string>>;
}

/**
 * While the store of the counts is away, answers come as soon as before. Judged twice for each replica: by the fastest
 * quarter, which a busy machine hardly touches and a wait in every request does; and by those that hung.
 */
export function soonWithoutStore(options: SoonWithoutStoreOptions): Check {
  const { before, away, waitMsMax, slowMs, slowShareMax, circumstances, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments
        .filter((experiment) => evidence.selected.includes(experiment))
        .flatMap((experiment) => {
          const all = operationsOf(evidence, [experiment]);
          const calm = all.filter(({ view }) => before.includes(view));
          const asked = all.filter(({ view }) => away.includes(view));
          if (calm.length < fewest || asked.length < fewest) {
            return [notMeasured('Too few requests were made before the outage, or during it', experiment)];
          }
          const context = { experiment, how: circumstances[experiment] ?? '' };
          return [
            ...everybodyWaits(calm, asked, { ...context, waitMsMax }),
            ...someHang(calm, asked, { ...context, slowShareMax, slowMs: grown(slowMs, evidence, experiment) }),
          ];
        }),
  };
}

/** Fewer requests have no quarter to speak of. */
const fewest = 12;

function grown(slowMs: number, evidence: Evidence, experiment: string): number {
  const control = numberOrNull(recordsOf(evidence, experiment).at(-1)?.facts['controlP95Ms']) ?? 0;
  return Math.max(slowMs, evidence.labHealth.echo.p95Ms * 20, control * 3);
}

interface Context {
  readonly experiment: string;
  readonly how: string;
}

const tookMs = ({ startMs, endMs }: Operation): number => endMs - startMs;

function fastQuarterMs(operations: readonly Operation[]): number {
  const sorted = operations.map(tookMs).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 4)] ?? 0;
}

function everybodyWaits(
  calm: readonly Operation[],
  asked: readonly Operation[],
  { experiment, how, waitMsMax }: Context & { readonly waitMsMax: number },
): readonly Finding[] {
  const calmMs = Math.round(fastQuarterMs(calm));
  return [...Map.groupBy(asked, ({ replica }) => replica)].flatMap(([replica, through]): Finding[] => {
    const ms = Math.round(fastQuarterMs(through));
    if (through.length < fewest || ms - calmMs <= waitMsMax) return [];
    const ids = through.map(({ id }) => id);
    return [
      {
        code: 'EVERYBODY_WAITS',
        severity: 'failure',
        message: `While the limits store was away, three of four requests through ${replica} took ${ms} ms or longer; before, a quarter was answered within ${calmMs} ms. ${how} That the store is away is known after a few requests, and the others need not find it out again. See ${operationList(ids)}.`,
        measured: { text: `${ms - calmMs} ms longer than before`, value: ms - calmMs, unit: 'ms' },
        expected: { text: `at most ${waitMsMax} ms`, value: waitMsMax, unit: 'ms' },
        atMs: through[0]?.startMs ?? null,
        refs: { experiment, operations: ids.slice(0, 5) },
      },
    ];
  });
}

function someHang(
  calm: readonly Operation[],
  asked: readonly Operation[],
  { experiment, how, slowMs, slowShareMax }: Context & { readonly slowMs: number; readonly slowShareMax: number },
): readonly Finding[] {
  const isSlow = (one: Operation): boolean => tookMs(one) > slowMs;
  const shareMax = slowShareMax + calm.filter(isSlow).length / calm.length;
  const slow = asked.filter(isSlow).toSorted((a, b) => tookMs(b) - tookMs(a));
  const [worst] = slow;
  if (worst === undefined || slow.length <= asked.length * shareMax) return [];
  const ids = slow.map(({ id }) => id);
  const most = Math.floor(asked.length * shareMax);
  return [
    {
      code: 'REQUESTS_HUNG',
      severity: 'failure',
      message: `While the limits store was away, ${slow.length} of ${asked.length} requests took longer than ${Math.round(slowMs)} ms, the worst ${Math.round(tookMs(worst))} ms, at ${moment(worst.startMs)} through ${worst.replica}. ${how} See ${operationList(ids)}.`,
      measured: {
        text: `${slow.length} of ${asked.length} slower than ${Math.round(slowMs)} ms`,
        value: slow.length,
        unit: 'requests',
      },
      expected: { text: `at most ${most}`, value: most, unit: 'requests' },
      atMs: worst.startMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}
