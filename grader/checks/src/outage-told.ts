import type { Check, ExperimentRecord, Finding } from '@lab/sdk';
import { recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

interface OutageToldOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** What operators' alarms look at: 1 while all is well, 0 while the replica goes on without its store. */
  readonly figure: string;
}

/**
 * Operators are told of an outage and of its end, by a figure of each replica. From the facts `figuresBefore`, `figuresAway`
 * and `figuresAfter` of each experiment: one figure for each replica, with commas between them.
 */
export function outageTold({ figure, ...facts }: OutageToldOptions): Check {
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments
        .filter((experiment) => evidence.selected.includes(experiment))
        .flatMap((experiment) => {
          const record = recordsOf(evidence, experiment).findLast(({ reached }) => reached);
          if (record === undefined) return [notMeasured('The figures of the replicas were not read', experiment)];
          return moments.flatMap((one) => judge(record, { ...one, figure }));
        }),
  };
}

interface Moment {
  readonly fact: string;
  readonly value: 0 | 1;
  readonly code: string;
  readonly when: string;
  readonly why: string;
}

const moments: readonly Moment[] = [
  {
    fact: 'figuresBefore',
    value: 1,
    code: 'FALSE_ALARM',
    when: 'With nothing broken',
    why: 'An alarm that is always on is switched off.',
  },
  {
    fact: 'figuresAway',
    value: 0,
    code: 'OUTAGE_UNTOLD',
    when: 'While the limits store was away',
    why: 'A service that goes on as if nothing were wrong goes on so for weeks.',
  },
  {
    fact: 'figuresAfter',
    value: 1,
    code: 'ALARM_STAYS_ON',
    when: 'When the limits store was back',
    why: 'Nobody can see that the outage is over.',
  },
];

function judge(record: ExperimentRecord, one: Moment & { readonly figure: string }): readonly Finding[] {
  const { fact, value, code, when, why, figure } = one;
  const { experiment } = record;
  const figures = record.facts[fact];
  if (typeof figures !== 'string') return [notMeasured('The figures of the replicas were not read', experiment)];
  if (figures.split(',').every((said) => said !== '' && Number(said) === value)) return [];
  return [
    {
      code,
      severity: 'failure',
      message: `${when}, ${figure} of the replicas was ${figures.split(',').join(', ')} (? stands for no figure); it should have been ${value} for each. ${why}`,
      measured: { text: figures },
      expected: { text: `${value} for each replica`, value },
      atMs: record.endMs,
      refs: { experiment },
    },
  ];
}
