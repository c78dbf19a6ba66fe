import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startTestLink } from '../limits/testing/test-link.ts';
import { testRedisUrl } from '../testing/test-environment.ts';
import { startTestGate } from '../testing/test-gate.ts';
import { connectTestCache, newScope, type TestCache } from './testing/test-cache.ts';

const LOAD_MS = 10;
const LOADS_MAX = 4;

/** Readers of twenty entries for two seconds, on one replica. */
async function readOn(replica: TestCache) {
  const scope = newScope();
  let [running, runningMax, loads] = [0, 0, 0];
  const load = async () => {
    loads += 1;
    runningMax = Math.max(runningMax, ++running);
    await sleep(LOAD_MS);
    running -= 1;
    return 'value';
  };
  const times: number[] = [];
  let settled = 0;
  const untilMs = performance.now() + 2_000;
  const reader = async (_: unknown, n: number) => {
    while (performance.now() < untilMs) {
      const startedAtMs = performance.now();
      const answer = await replica.read(scope, load, `id-${n}`);
      times.push(performance.now() - startedAtMs);
      if (answer.settled) settled += 1;
      await sleep(5);
    }
  };
  await Promise.all(Array.from({ length: 20 }, reader));
  times.sort((a, b) => a - b);
  return { runningMax, settled, loads, reads: times.length, median: times[Math.floor(times.length / 2)] ?? 0 };
}

/** Twenty entries, four loads at once: what a read takes without any cache. */
const WITHOUT_CACHE_MS = (20 / LOADS_MAX) * LOAD_MS;

async function endures(replica: TestCache): Promise<void> {
  const { runningMax, settled, median } = await readOn(replica);
  expect(runningMax).toBeLessThanOrEqual(LOADS_MAX);
  expect(settled).toBe(0);
  expect(median).toBeLessThanOrEqual(WITHOUT_CACHE_MS + 100);
}

async function recovers(replica: TestCache): Promise<void> {
  const scope = newScope();
  const isSettled = async () => (await replica.read(scope, async () => 'value')).settled;
  await expect.poll(isSettled, { timeout: 20_000, interval: 50 }).toBe(true);
  expect(await replica.read(scope, async () => 'not loaded')).toEqual({ value: 'value', settled: true });
}

test('while the store refuses connections reads go on, and it is used again when it is back', async () => {
  await using gate = await startTestGate(testRedisUrl());
  await using replica = await connectTestCache(gate.url, { loadsMax: LOADS_MAX });
  await gate.close();
  await endures(replica);
  await gate.open();
  await recovers(replica);
});

test('while the store swallows everything reads go on, and it is used again when it answers', async () => {
  await using link = await startTestLink(testRedisUrl());
  await using replica = await connectTestCache(link.url, { loadsMax: LOADS_MAX });
  link.silence();
  await endures(replica);
  link.heal();
  // The old connection stays silent; a cache client does not notice by itself.
  replica.redis.disconnect(true);
  await recovers(replica);
});

test('while the store takes a second to answer reads do not wait for it', async () => {
  await using link = await startTestLink(testRedisUrl());
  await using replica = await connectTestCache(link.url, { loadsMax: LOADS_MAX });
  link.delay(1_000);
  const { runningMax, median } = await readOn(replica);
  expect(runningMax).toBeLessThanOrEqual(LOADS_MAX);
  expect(median).toBeLessThanOrEqual(WITHOUT_CACHE_MS + 100);
});

test('an empty store is filled again under the cap', async () => {
  await using replica = await connectTestCache(testRedisUrl(), { loadsMax: LOADS_MAX });
  const { runningMax, settled, loads, reads } = await readOn(replica);
  expect(runningMax).toBeLessThanOrEqual(LOADS_MAX);
  expect(settled / reads).toBeGreaterThan(0.9);
  expect(loads / reads).toBeLessThan(0.1);
});
