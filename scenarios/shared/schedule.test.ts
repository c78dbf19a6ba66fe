import { expect, test } from 'vitest';
import { evenly, sendAll, unevenly } from './schedule.ts';
import { fakeHandle } from './testing/fake-handle.ts';

const stretch = { fromMs: 1_000, toMs: 5_000, perSecond: 27 };

/** Numbers that look drawn and are always the same. */
function drawing() {
  let drawn = 1;
  const next = (): number => {
    drawn = (drawn * 16_807) % 2_147_483_647;
    return drawn / 2_147_483_647;
  };
  return { ...fakeHandle().h.random, next };
}

test('an even pace begins with the stretch and ends before it is over', () => {
  const times = evenly(stretch);
  expect(times).toHaveLength(108);
  expect(times[0]).toBe(1_000);
  expect(Math.max(...times)).toBeLessThan(5_000);
});

test('at an uneven pace no two seconds have more than one above the pace, and many distances are short', () => {
  const times = unevenly(drawing(), stretch);
  const inTwoSeconds = times.map((from) => times.filter((atMs) => atMs >= from && atMs < from + 2_000).length);
  expect(Math.max(...inTwoSeconds)).toBeLessThanOrEqual(55);
  const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
  // A token of a plan of 30 a second comes back in 33 ms.
  const short = gaps.filter((gap) => gap < 33).length;
  expect(short / gaps.length).toBeGreaterThan(0.3);
  expect(Math.min(...gaps)).toBeGreaterThan(0);
});

test('everything is sent when it is due, whether or not what was sent before has been answered', async () => {
  const { h } = fakeHandle();
  const sent: number[] = [];
  const answers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const sendings = [20, 10].map((atMs, index) => ({
    atMs,
    send: async () => {
      sent.push(h.clock.nowMs());
      await answers[index]?.promise;
    },
  }));
  const all = sendAll(h, sendings);
  await expect.poll(() => sent).toEqual([10, 20]);
  for (const { resolve } of answers) resolve();
  expect(await all).toEqual({ lateP99Ms: 0 });
});
