import type { Check, Finding, Operation } from '@lab/sdk';
import { moment, operationList, operationsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';
import { byClient, type FullWindow, fullestWindow, isAccepted, mostOf, type Quotas, quotaOf } from './quota.ts';
import { withoutStore } from './store-in-time.ts';

interface WithinQuotaOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  readonly quotas: Quotas;
  /** Views of the requests that ask for more than their plan. */
  readonly views: readonly string[];
  /** The service goes on without the store of its counts, by a count of its own, when it has waited so long for it. */
  readonly storeWaitMs: number;
  /** How they came, by experiment: whole sentences. */
  readonly circumstances: Readonly<Record<string, string>>;
  /**
   * True where the experiment itself makes the store late, by less than the service waits for it. Then answers are
   * late because of the lab, and the attack is so large that what replicas might let through alone is within the plan.
   */
  readonly lateStore?: boolean;
}

/** However much a client asks for, no window holds more than its plan, all replicas together. */
export function withinQuota(options: WithinQuotaOptions): Check {
  const { quotas, views, circumstances, storeWaitMs, lateStore = false, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments
        .filter((experiment) => evidence.selected.includes(experiment))
        .flatMap((experiment) => {
          const all = operationsOf(evidence, [experiment]);
          const asked = all.filter(({ view }) => views.includes(view));
          if (asked.length === 0) return [notMeasured('Nobody asked for more than its plan', experiment)];
          const doubtful = lateStore ? new Set<number>() : withoutStore(evidence, all, storeWaitMs);
          const how = circumstances[experiment] ?? '';
          return byClient(asked).flatMap(([key, ofClient]) =>
            judgeClient({ key, ofClient, doubtful, quotas, experiment, how }),
          );
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

function judgeClient(client: Client): readonly Finding[] {
  const { key, ofClient, doubtful, quotas, experiment } = client;
  const quota = quotaOf(key, quotas);
  const most = mostOf(quota);
  const accepted = ofClient.filter(isAccepted);
  const certain = fullestWindow(
    accepted.filter(({ id }) => !doubtful.has(id)),
    quota.windowMs,
  );
  if (certain.operations.length > most) return [over(client, certain)];
  if (fullestWindow(accepted, quota.windowMs).operations.length > most) {
    return [
      notMeasured(`The store of the counts may have been late for ${key}: this machine was too busy`, experiment),
    ];
  }
  if (fullestWindow(ofClient, quota.windowMs).operations.length > most) return [];
  return [notMeasured(`${key} never asked for more than its plan within a window`, experiment)];
}

function over({ key, quotas, experiment, how }: Client, { fromMs, operations }: FullWindow): Finding {
  const { limit, windowMs, burst } = quotaOf(key, quotas);
  const ids = operations.map(({ id }) => id);
  const by = [...Map.groupBy(operations, ({ replica }) => replica)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([replica, through]) => `${through.length} by ${replica}`);
  return {
    code: 'OVER_QUOTA',
    severity: 'failure',
    message: `${key} was let through ${operations.length} times within ${windowMs} ms from ${moment(fromMs)} on (${by.join(', ')}). Its plan has ${limit} in any ${windowMs} ms, and ${burst} more that it may save up. ${how} See ${operationList(ids)}.`,
    measured: { text: `${operations.length} in ${windowMs} ms`, value: operations.length, unit: 'requests' },
    expected: { text: `at most ${limit + burst}`, value: limit + burst, unit: 'requests' },
    atMs: fromMs,
    refs: { experiment, operations: ids.slice(0, 5) },
  };
}
