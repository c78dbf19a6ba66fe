import type { Check } from '@lab/sdk';
import { recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

/** Every key in the cache ends by itself; facts `keys`, `withoutExpiry` and `example` of its one experiment. */
export function keysExpire(facts: Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'>): Check {
  return {
    ...facts,
    judge: (evidence) =>
      facts.experiments.flatMap((experiment) => {
        const record = recordsOf(evidence, experiment).at(-1);
        const without = record?.facts['withoutExpiry'];
        const keys = record?.facts['keys'];
        if (typeof without !== 'number') return [notMeasured('The keys of the cache were not counted', experiment)];
        if (without === 0) return [];
        return [
          {
            code: 'KEYS_WITHOUT_EXPIRY',
            severity: 'failure' as const,
            message: `${without} of ${String(keys)} keys in the cache never expire, as "${String(record?.facts['example'])}". An entry that is missed by an invalidation must end by itself, and a cache that only grows ends up evicting what is needed.`,
            measured: { text: `${without} keys without expiry`, value: without, unit: 'keys' },
            expected: { text: 'every key has a time to live', value: 0, unit: 'keys' },
            atMs: record?.endMs ?? null,
            refs: { experiment },
          },
        ];
      }),
  };
}
