import { expect, test } from 'vitest';
import { fullestWindow, isAccepted, isRefused, mayBeOver, quotaOf } from './quota.ts';
import { asked } from './testing/asked.ts';
import { operation } from './testing/evidence.ts';

const quota = { limit: 30, windowMs: 2_000, burst: 6 };

test('a client has the quota of its plan, and nobody goes without one', () => {
  expect(quotaOf('free:shop-06', { free: quota })).toBe(quota);
  expect(() => quotaOf('gold:shop-06', { free: quota })).toThrow(RangeError);
});

test.each([
  [200, true, false],
  [304, true, false],
  [401, true, false],
  [404, true, false],
  [429, false, true],
  [503, false, false],
  [0, false, false],
])('an answer %i is accepted: %s, refused: %s', (status, accepted, refused) => {
  expect([isAccepted(operation({ status })), isRefused(operation({ status }))]).toEqual([accepted, refused]);
});

test('the fullest window may begin anywhere, and holds what began and ended in it', () => {
  const some = [
    ...asked({ fromMs: 0, everyMs: 100, count: 1 }),
    ...asked({ fromMs: 1_700, everyMs: 10, count: 20 }, 10),
    ...asked({ fromMs: 2_100, everyMs: 10, count: 20 }, 40),
  ];
  const { fromMs, operations } = fullestWindow(some, 2_000);
  expect([fromMs, operations.length]).toEqual([1_700, 40]);
});

test('requests that wait for longer than a window were certainly counted in none', () => {
  expect(fullestWindow(asked({ fromMs: 0, everyMs: 1, count: 90, tookMs: 2_500 }), 2_000).operations).toEqual([]);
});

test('of requests that reach over the end of a window nobody knows in which they were counted', () => {
  const some = [
    ...asked({ fromMs: 0, everyMs: 0, count: 30 }),
    ...asked({ fromMs: 1_990, everyMs: 0, count: 30, tookMs: 20 }, 40),
  ];
  expect(fullestWindow(some, 2_000).operations).toHaveLength(30);
});

test('at an even pace within the plan no right limiter refuses anything', () => {
  const even = asked({ fromMs: 0, everyMs: 2_000 / 27, count: 80 });
  expect(even.filter((one) => mayBeOver(one, even, quota))).toEqual([]);
});

test('a burst as large as the plan says may not be refused; what follows at once may', () => {
  const burst = asked({ fromMs: 0, everyMs: 0, count: 6 });
  expect(burst.filter((one) => mayBeOver(one, burst, quota))).toEqual([]);
  const larger = asked({ fromMs: 0, everyMs: 0, count: 7 });
  expect(larger.filter((one) => mayBeOver(one, larger, quota))).toHaveLength(7);
});

test('a request that comes when its window is full may be refused', () => {
  const full = [...asked({ fromMs: 0, everyMs: 67, count: 30 }), ...asked({ fromMs: 1_998, everyMs: 0, count: 1 }, 90)];
  expect(mayBeOver(full[30] ?? operation(), full, { ...quota, burst: 30 })).toBe(true);
});

test('requests that stood before a slow replica may all have been counted when it went on', () => {
  const even = asked({ fromMs: 0, everyMs: 74, count: 30 });
  const held = even.map((one) => (one.startMs > 900 && one.startMs < 1_500 ? { ...one, endMs: 1_510 } : one));
  expect(held.some((one) => mayBeOver(one, held, quota))).toBe(true);
});

test('what was refused has used nothing', () => {
  const refused = asked({ fromMs: 0, everyMs: 10, count: 50, status: 429 });
  expect(mayBeOver(operation({ id: 99, startMs: 505, endMs: 510, status: 429 }), refused, quota)).toBe(false);
});
