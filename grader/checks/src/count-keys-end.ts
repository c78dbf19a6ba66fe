import type { Check, Evidence, ExperimentRecord, Finding } from '@lab/sdk';
import { recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

interface CountKeysEndOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** No key lives longer. */
  readonly lifeMsMax: number;
  /** So many clients were there; whoever counts them needs no more keys than this. */
  readonly keysMax: number;
}

/**
 * What is counted ends by itself, and attackers do not choose how much of it there is. From the facts `keys`,
 * `withoutExpiry`, `lingering` and `example` of each experiment.
 */
export function countKeysEnd(options: CountKeysEndOptions): Check {
  const { lifeMsMax, keysMax, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments
        .filter((experiment) => evidence.selected.includes(experiment))
        .flatMap((experiment) => judgeRecord(evidence, experiment, { lifeMsMax, keysMax })),
  };
}

function judgeRecord(
  evidence: Evidence,
  experiment: string,
  { lifeMsMax, keysMax }: Pick<CountKeysEndOptions, 'lifeMsMax' | 'keysMax'>,
): readonly Finding[] {
  const record = recordsOf(evidence, experiment).findLast(({ reached }) => reached);
  const keys = record?.facts['keys'];
  if (record === undefined || typeof keys !== 'number') {
    return [notMeasured('The keys of the limits store were not counted', experiment)];
  }
  const forever = Number(record.facts['withoutExpiry']);
  const lingering = Number(record.facts['lingering']);
  const base = { severity: 'failure', atMs: record.endMs, refs: { experiment } } as const;
  const findings: Finding[] = [];
  if (forever > 0) {
    findings.push({
      ...base,
      code: 'KEYS_WITHOUT_EXPIRY',
      message: `${forever} of ${keys} keys in the limits store never end${exampleOf(record)}.${pointOf(record)} A count that stays is never forgiven, and a store that only grows refuses everybody in the end.`,
      measured: { text: `${forever} keys without expiry`, value: forever, unit: 'keys' },
      expected: { text: 'every key has a time to live', value: 0, unit: 'keys' },
    });
  }
  if (lingering > 0) {
    findings.push({
      ...base,
      code: 'KEYS_LINGER',
      message: `${lingering} of ${keys} keys in the limits store live for more than ${lifeMsMax / 1_000} s${exampleOf(record)}. The longest window is much shorter.`,
      measured: { text: `${lingering} keys`, value: lingering, unit: 'keys' },
      expected: { text: `none longer than ${lifeMsMax / 1_000} s`, value: 0, unit: 'keys' },
    });
  }
  if (keys > keysMax) {
    findings.push({
      ...base,
      code: 'KEYS_UNBOUNDED',
      message: `There were ${keys} keys in the limits store while a few clients asked often, each time with other parameters, headers or tokens${exampleOf(record)}. Whoever asks decides how many keys there are.`,
      measured: { text: `${keys} keys`, value: keys, unit: 'keys' },
      expected: { text: `at most ${keysMax}`, value: keysMax, unit: 'keys' },
    });
  }
  return findings;
}

function exampleOf({ facts }: ExperimentRecord): string {
  const { example } = facts;
  return typeof example === 'string' ? `, as "${example}"` : '';
}

function pointOf({ facts }: ExperimentRecord): string {
  const { point } = facts;
  return typeof point === 'string' ? ` ${point}` : '';
}
