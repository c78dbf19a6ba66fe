import type { Check, Finding, Operation } from '@lab/sdk';
import { answerOf, moment, operationList, operationsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';
import { byClient, isAccepted, isRefused, mayBeOver, type Quotas, quotaOf } from './quota.ts';
import { withoutStore } from './store-in-time.ts';

interface ServedWithinQuotaOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  readonly quotas: Quotas;
  /** Views of the requests that keep to their plan. */
  readonly views: readonly string[];
  /** The service goes on without the store of its counts, by a count of its own, when it has waited so long for it. */
  readonly storeWaitMs: number;
  /** What else went on, by experiment: whole sentences. */
  readonly circumstances: Readonly<Record<string, string>>;
  /** Share of them that may go without an answer for another reason than a limit, as a connection that was cut. */
  readonly unansweredShareMax: number;
}

/** A client that keeps to its plan is served, whatever others do, through whichever replica it comes. */
export function servedWithinQuota(options: ServedWithinQuotaOptions): Check {
  const { quotas, views, circumstances, storeWaitMs, unansweredShareMax, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments
        .filter((experiment) => evidence.selected.includes(experiment))
        .flatMap((experiment) => {
          const all = operationsOf(evidence, [experiment]);
          const asked = all.filter(({ view }) => views.includes(view));
          if (asked.length === 0) return [notMeasured('Nobody kept to its plan', experiment)];
          const how = circumstances[experiment] ?? '';
          const doubtful = withoutStore(evidence, all, storeWaitMs);
          return [
            ...byClient(asked).flatMap(([key, ofClient]) =>
              refusedClient({ key, ofClient, doubtful, quotas, experiment, how }),
            ),
            ...unanswered(asked, { experiment, how, shareMax: unansweredShareMax }),
          ];
        }),
  };
}

interface Client {
  readonly key: string;
  readonly ofClient: readonly Operation[];
  readonly doubtful: ReadonlySet<number>;
  readonly quotas: Quotas;
  readonly experiment: string;
  readonly how: string;
}

function refusedClient(client: Client): readonly Finding[] {
  const { key, ofClient, doubtful, quotas, experiment, how } = client;
  const quota = quotaOf(key, quotas);
  // Late senders can bunch what was to be even: whoever might have been over for a moment proves nothing.
  const refused = ofClient.filter((one) => isRefused(one) && !mayBeOver(one, ofClient, quota));
  const certain = refused.filter(({ id }) => !doubtful.has(id));
  const [first] = certain;
  if (first === undefined) {
    const late = `The store of the counts may have been late for ${key}: this machine was too busy`;
    return refused.length > 0 ? [notMeasured(late, experiment)] : [];
  }
  const ids = certain.map(({ id }) => id);
  return [
    {
      code: 'REFUSED_WITHIN_PLAN',
      severity: 'failure',
      message: `${key} was refused ${certain.length} of ${ofClient.length} times, first at ${moment(first.startMs)} by ${first.replica}, although it kept to its plan: ${quota.limit} in ${quota.windowMs} ms, ${quota.burst} of them at once after a rest. ${how} See ${operationList(ids)}.`,
      measured: { text: `${certain.length} refused`, value: certain.length, unit: 'requests' },
      expected: { text: 'none', value: 0, unit: 'requests' },
      atMs: first.startMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}

function unanswered(
  asked: readonly Operation[],
  { experiment, how, shareMax }: { readonly experiment: string; readonly how: string; readonly shareMax: number },
): readonly Finding[] {
  const without = asked.filter((one) => !isAccepted(one) && !isRefused(one));
  const [first] = without;
  if (first === undefined || without.length <= asked.length * shareMax) return [];
  const ids = without.map(({ id }) => id);
  return [
    {
      code: 'NOT_SERVED',
      severity: 'failure',
      message: `${without.length} of ${asked.length} requests of clients that kept to their plans were not served, the first at ${moment(first.startMs)} through ${first.replica} (${answerOf(first)}). ${how} See ${operationList(ids)}.`,
      measured: { text: `${without.length} not served`, value: without.length, unit: 'requests' },
      expected: { text: 'all are served', value: 0, unit: 'requests' },
      atMs: first.startMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}
