import type { Check, Finding, Operation } from '@lab/sdk';
import { moment, operationList, operationsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';
import { byClient, fullestWindow, isAccepted, type Quotas, quotaOf } from './quota.ts';

interface WithinCeilingOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  readonly quotas: Quotas;
  /** A replica that decides alone lets a client through so many times its limit in any window. */
  readonly factor: number;
  /** Views of the requests that ask for more than that. */
  readonly views: readonly string[];
  /** What was wrong with the store, by experiment: whole sentences. */
  readonly circumstances: Readonly<Record<string, string>>;
}

/** While the store of the counts is away there are limits still: each replica has a ceiling of its own. */
export function withinCeiling(options: WithinCeilingOptions): Check {
  const { quotas, factor, views, circumstances, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments
        .filter((experiment) => evidence.selected.includes(experiment))
        .flatMap((experiment) => {
          const asked = operationsOf(evidence, [experiment]).filter(({ view }) => views.includes(view));
          if (asked.length === 0) return [notMeasured('Nobody asked for more than its plan', experiment)];
          const how = circumstances[experiment] ?? '';
          return byClient(asked).flatMap(([key, ofClient]) => {
            const replicas = [...Map.groupBy(ofClient, ({ replica }) => replica)];
            return replicas.flatMap(([, through]) => judge(key, through, { quotas, factor, experiment, how }));
          });
        }),
  };
}

interface Ceiling extends Pick<WithinCeilingOptions, 'quotas' | 'factor'> {
  readonly experiment: string;
  readonly how: string;
}

function judge(key: string, through: readonly Operation[], ceiling: Ceiling): readonly Finding[] {
  const { quotas, factor, experiment, how } = ceiling;
  const { limit, windowMs } = quotaOf(key, quotas);
  const most = factor * limit;
  const replica = through[0]?.replica ?? 'a replica';
  const { fromMs, operations } = fullestWindow(through.filter(isAccepted), windowMs);
  if (operations.length > most) {
    const ids = operations.map(({ id }) => id);
    return [
      {
        code: 'NO_CEILING',
        severity: 'failure',
        message: `${key} was let through ${operations.length} times by ${replica} within ${windowMs} ms from ${moment(fromMs)} on. Its plan has ${limit}, and a replica that decides alone may let through ${factor} times that. ${how} See ${operationList(ids)}.`,
        measured: {
          text: `${operations.length} in ${windowMs} ms by ${replica}`,
          value: operations.length,
          unit: 'requests',
        },
        expected: { text: `at most ${most}`, value: most, unit: 'requests' },
        atMs: fromMs,
        refs: { experiment, operations: ids.slice(0, 5) },
      },
    ];
  }
  // Requests without any answer say nothing about a limit; that they had none is another check's.
  if (fullestWindow(through, windowMs).operations.length > most) return [];
  const begun = through.filter(({ startMs }) => startMs < (through[0]?.startMs ?? 0) + windowMs);
  if (begun.length > most) return [];
  return [notMeasured(`${key} did not ask ${replica} for more than ${most} within a window`, experiment)];
}
