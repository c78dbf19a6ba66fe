import type { Evidence, ExperimentRecord } from '@lab/sdk';
import { expect, test } from 'vitest';
import { keysExpire } from './keys-expire.ts';
import { evidence, experimentRecord } from './testing/evidence.ts';

const check = keysExpire({
  id: 'shop/entries-expire',
  title: 'Nothing stays in the cache for ever',
  points: 5,
  lesson: 'lessons/caching#entries-expire',
  experiments: ['stored-keys'],
});

type Facts = ExperimentRecord['facts'];

/** A run in which the keys were counted once per element. */
function counted(...attempts: readonly Facts[]): Evidence {
  const experiments = attempts.map((facts, index) =>
    experimentRecord({ experiment: 'stored-keys', attempt: index + 1, startMs: 11_000, endMs: 11_200, facts }),
  );
  return evidence({ experiments, selected: ['stored-keys'] });
}

test('keys that all end by themselves pass, and so does an empty cache', () => {
  expect(check.judge(counted({ keys: 40, withoutExpiry: 0, example: null }))).toEqual([]);
  expect(check.judge(counted({ keys: 0, withoutExpiry: 0, example: null }))).toEqual([]);
});

test('KEYS_WITHOUT_EXPIRY names how many, and one of them', () => {
  expect(check.judge(counted({ keys: 40, withoutExpiry: 38, example: 'book:7' }))).toEqual([
    {
      code: 'KEYS_WITHOUT_EXPIRY',
      severity: 'failure',
      message:
        '38 of 40 keys in the cache never expire, as "book:7". An entry that is missed by an invalidation must end by itself, ' +
        'and a cache that only grows ends up evicting what is needed.',
      measured: { text: '38 keys without expiry', value: 38, unit: 'keys' },
      expected: { text: 'every key has a time to live', value: 0, unit: 'keys' },
      atMs: 11_200,
      refs: { experiment: 'stored-keys' },
    },
  ]);
});

test('the last count decides', () => {
  const none = { keys: 40, withoutExpiry: 0, example: null };
  const some = { keys: 40, withoutExpiry: 2, example: 'book:7' };
  expect(check.judge(counted(some, none))).toEqual([]);
  expect(check.judge(counted(none, some))).toHaveLength(1);
});
