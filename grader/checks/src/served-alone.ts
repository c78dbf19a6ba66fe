import type { Check, Finding, Operation } from '@lab/sdk';
import { answerOf, moment, operationList, operationsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';
import { byClient, isAccepted, isRefused, mayBeOver, type Quota, type Quotas, quotaOf } from './quota.ts';

interface ServedAloneOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  readonly quotas: Quotas;
  /** So many replicas share a client's requests: a right one may give each client its share of the plan. */
  readonly replicas: number;
  /** Views of what clients ask who keep to their plans, while the store is away. */
  readonly views: readonly string[];
  /** The same from the end of the outage on: so large a share of it may be refused or fail, as with a connection that ends. */
  readonly healing: { readonly views: readonly string[]; readonly shareMax: number };
  /** What was wrong with the store, by experiment: whole sentences. */
  readonly circumstances: Readonly<Record<string, string>>;
}

/** Whoever keeps to a plan and is spread over the replicas is served, whether the store of the counts is there or not. */
export function servedAlone(options: ServedAloneOptions): Check {
  const { quotas, replicas, views, healing, circumstances, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments
        .filter((experiment) => evidence.selected.includes(experiment))
        .flatMap((experiment) => {
          const all = operationsOf(evidence, [experiment]);
          const asked = all.filter(({ view }) => views.includes(view));
          if (asked.length === 0) return [notMeasured('Nobody kept to its plan while the store was away', experiment)];
          const context = { experiment, how: circumstances[experiment] ?? '' };
          return [
            ...byClient(asked).flatMap(([, ofClient]) => refusedAlone(ofClient, { ...context, quotas, replicas })),
            ...unanswered(asked, context),
            ...notHealing(all, { ...context, ...healing }),
          ];
        }),
  };
}

interface Context {
  readonly experiment: string;
  readonly how: string;
}

function refusedAlone(
  ofClient: readonly Operation[],
  { experiment, how, quotas, replicas }: Context & Pick<ServedAloneOptions, 'quotas' | 'replicas'>,
): readonly Finding[] {
  const refused = [...Map.groupBy(ofClient, ({ replica }) => replica).values()]
    .flatMap((through) =>
      through.filter((one) => isRefused(one) && !mayBeOver(one, through, share(one, quotas, replicas))),
    )
    .toSorted((a, b) => a.startMs - b.startMs);
  const [first] = refused;
  if (first === undefined) return [];
  const ids = refused.map(({ id }) => id);
  return [
    {
      code: 'REFUSED_WITHOUT_STORE',
      severity: 'failure',
      message: `${first.key} kept to its plan, evenly through all replicas, and was refused ${refused.length} of ${ofClient.length} times while the limits store was away, first at ${moment(first.startMs)} by ${first.replica}. ${how} That nobody can count is no reason to refuse. See ${operationList(ids)}.`,
      measured: { text: `${refused.length} of ${ofClient.length} refused`, value: refused.length, unit: 'requests' },
      expected: { text: 'none', value: 0, unit: 'requests' },
      atMs: first.startMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}

/** Of a replica that gives each client its part of the plan and no more. */
function share({ key }: Operation, quotas: Quotas, replicas: number): Quota {
  const { limit, windowMs, burst } = quotaOf(key, quotas);
  return { limit: limit / replicas, windowMs, burst: Math.max(1, burst / replicas) };
}

function unanswered(asked: readonly Operation[], { experiment, how }: Context): readonly Finding[] {
  const without = asked.filter((one) => !isAccepted(one) && !isRefused(one));
  const [first] = without;
  if (first === undefined) return [];
  const ids = without.map(({ id }) => id);
  return [
    {
      code: 'NOT_SERVED_WITHOUT_STORE',
      severity: 'failure',
      message: `${without.length} of ${asked.length} requests of a client that kept to its plan were not served while the limits store was away, the first at ${moment(first.startMs)} through ${first.replica} (${answerOf(first)}). ${how} Database and cache were there all the time. See ${operationList(ids)}.`,
      measured: { text: `${without.length} of ${asked.length} not served`, value: without.length, unit: 'requests' },
      expected: { text: 'all are served', value: 0, unit: 'requests' },
      atMs: first.startMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}

function notHealing(
  all: readonly Operation[],
  { experiment, views, shareMax }: Context & ServedAloneOptions['healing'],
): readonly Finding[] {
  const asked = all.filter(({ view }) => views.includes(view));
  const without = asked.filter((one) => !isAccepted(one));
  const [first] = without;
  if (first === undefined || without.length <= asked.length * shareMax) return [];
  const ids = without.map(({ id }) => id);
  return [
    {
      code: 'NOT_SERVED_AFTER_OUTAGE',
      severity: 'failure',
      message: `When the limits store was back, ${without.length} of ${asked.length} requests of a client that kept to its plan were not served, the first at ${moment(first.startMs)} through ${first.replica} (${answerOf(first)}). An outage that is over must not go on for customers. See ${operationList(ids)}.`,
      measured: { text: `${without.length} of ${asked.length} not served`, value: without.length, unit: 'requests' },
      expected: {
        text: `at most ${Math.floor(asked.length * shareMax)}`,
        value: Math.floor(asked.length * shareMax),
        unit: 'requests',
      },
      atMs: first.startMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}
