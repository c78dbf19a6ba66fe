import type { Check, Finding, Operation } from '@lab/sdk';
import { moment, operationsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';
import { byClient, isAccepted, type Quotas, quotaOf } from './quota.ts';

interface StillServedOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  readonly quotas: Quotas;
  /** Views of the requests that go on asking for more than their plan. */
  readonly views: readonly string[];
}

/** Of what its plan allows, a client in a flood gets at least this share: windows may begin at any moment. */
const shareMin = 0.5;

/** Whoever asks for too much gets what its plan has, and is not locked out for asking on. */
export function stillServed(options: StillServedOptions): Check {
  const { quotas, views, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments
        .filter((experiment) => evidence.selected.includes(experiment))
        .flatMap((experiment) => {
          const asked = operationsOf(evidence, [experiment]).filter(({ view }) => views.includes(view));
          if (asked.length === 0) return [notMeasured('Nobody asked for more than its plan', experiment)];
          return byClient(asked).flatMap(([key, ofClient]) => judgeClient({ key, ofClient, quotas, experiment }));
        }),
  };
}

interface Client {
  readonly key: string;
  readonly ofClient: readonly Operation[];
  readonly quotas: Quotas;
  readonly experiment: string;
}

function judgeClient({ key, ofClient, quotas, experiment }: Client): readonly Finding[] {
  const { limit, windowMs } = quotaOf(key, quotas);
  const starts = ofClient.map(({ startMs }) => startMs);
  // What was saved up is gone by then.
  const fromMs = Math.min(...starts) + windowMs / 2;
  const toMs = Math.max(...starts);
  const tail = ofClient.filter(({ startMs }) => startMs >= fromMs);
  const due = Math.floor((shareMin * limit * (toMs - fromMs)) / windowMs);
  if (toMs - fromMs < windowMs || tail.length < due * 3) {
    return [notMeasured(`${key} did not ask for long enough, or not often enough`, experiment)];
  }
  const served = tail.filter(isAccepted).length;
  if (served >= due) return [];
  return [
    {
      code: 'LOCKED_OUT',
      severity: 'failure',
      message: `From ${moment(fromMs)} to ${moment(toMs)} ${key} asked ${tail.length} times and was served ${served} times. Its plan has ${limit} in any ${windowMs} ms, also for a client that asks for more: what was refused must not count.`,
      measured: { text: `${served} served`, value: served, unit: 'requests' },
      expected: { text: `at least ${due}`, value: due, unit: 'requests' },
      atMs: fromMs,
      refs: { experiment, operations: tail.slice(0, 5).map(({ id }) => id) },
    },
  ];
}
