import type { Check, Evidence, Finding } from '@lab/sdk';

/** The same check, and that replicas which serve say so: whoever sends them requests asks that first. */
export function staysReady(check: Check): Check {
  return {
    ...check,
    judge: (evidence) => [
      ...check.judge(evidence),
      ...check.experiments
        .filter((experiment) => evidence.selected.includes(experiment))
        .flatMap((experiment) => notReady(evidence, experiment)),
    ],
  };
}

function notReady({ experiments }: Evidence, experiment: string): readonly Finding[] {
  const record = experiments.findLast((one) => one.experiment === experiment && one.reached);
  const answers = String(record?.facts['readyAway'] ?? '');
  const refused = answers.split(',').filter((status) => Number(status) >= 400);
  if (record === undefined || refused.length === 0) return [];
  return [
    {
      code: 'NOT_READY_WITHOUT_STORE',
      severity: 'failure',
      message: `While the limits store was away, /readyz of the replicas was answered ${answers.split(',').join(', ')}. Nobody is sent to a replica that is not ready: all of them lose the store at the same moment, and the shop is closed.`,
      measured: { text: answers },
      expected: { text: '200 of each replica' },
      atMs: record.endMs,
      refs: { experiment },
    },
  ];
}

type Facts = Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'>;

export function startsWithoutStore(facts: Facts): Check {
  const [experiment = ''] = facts.experiments;
  return {
    ...facts,
    judge: ({ experiments, selected }) => {
      if (!selected.includes(experiment)) return [];
      const record = experiments.findLast((one) => one.experiment === experiment && one.reached);
      const isUp = record?.facts['isUp'];
      if (isUp === true) return [];
      const refs = { experiment };
      if (record === undefined || isUp !== false) {
        return [
          {
            code: 'NOT_MEASURED',
            severity: 'inconclusive',
            message: 'No replica was started while the limits store was away, so this check could not be judged.',
            measured: { text: 'nothing measured' },
            expected: { text: 'a measurement' },
            atMs: null,
            refs,
          },
        ];
      }
      return [
        {
          code: 'DOES_NOT_START',
          severity: 'failure',
          message: `${String(record.facts['started'])} was killed and started again while the limits store was silent, and did not become ready. During an outage processes are replaced as on any day: a service that needs the store to start loses one replica after the other.`,
          measured: { text: 'not ready within 15 s' },
          expected: { text: 'it comes up and serves' },
          atMs: record.startMs,
          refs,
        },
      ];
    },
  };
}
