import { expect, test } from 'vitest';
import { ProblemError } from '../platform/problem.ts';
import { createLastKnown } from './last-known.ts';

const REFUSED = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

function setUp() {
  let nowMs = 0;
  const known = createLastKnown<string>({ ageMaxMs: 60_000, entriesMax: 2, now: () => nowMs });
  return {
    read: (key: string, value: string) => known.read(key, async () => value),
    fail: (key: string, error: unknown = REFUSED) => known.read(key, () => Promise.reject(error)),
    wait: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('while it can be read, the current value is given, each time anew', async () => {
  const { read } = setUp();
  await read('shop', 'Old name');
  expect(await read('shop', 'New name')).toEqual({ value: 'New name', ageMs: 0, stale: false });
});

test('during an outage the last value is given, which says that it is old and how old', async () => {
  const { read, fail, wait } = setUp();
  await read('shop', 'Name');
  wait(42_000);
  expect(await fail('shop')).toEqual({ value: 'Name', ageMs: 42_000, stale: true });
});

test('a value that is too old, of another key or was never read is not given', async () => {
  const { read, fail, wait } = setUp();
  await expect(fail('shop')).rejects.toBe(REFUSED);
  await read('shop', 'Name');
  await expect(fail('other')).rejects.toBe(REFUSED);
  wait(60_001);
  await expect(fail('shop')).rejects.toBe(REFUSED);
});

test('a refusal and a bug are not covered up', async () => {
  const { read, fail } = setUp();
  await read('shop', 'Name');
  for (const error of [new ProblemError('NOT_FOUND'), new ProblemError('CLIENT_GONE'), new TypeError('a bug')]) {
    await expect(fail('shop', error)).rejects.toBe(error);
  }
  expect(await fail('shop', new ProblemError('TIMED_OUT'))).toMatchObject({ stale: true });
});

test('what was not used for longest is forgotten first', async () => {
  const { read, fail } = setUp();
  for (const shop of ['a', 'b', 'c']) await read(shop, shop);
  await expect(fail('a')).rejects.toBe(REFUSED);
  expect(await fail('c')).toMatchObject({ value: 'c' });
});
