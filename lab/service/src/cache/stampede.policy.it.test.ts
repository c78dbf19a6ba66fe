import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testRedisUrl } from '../testing/test-environment.ts';
import { LEASE_MS } from './store/cache-store.ts';
import { connectTestCache, newScope, TAG, type TestCache } from './testing/test-cache.ts';

let replicas: readonly TestCache[];

beforeAll(async () => {
  replicas = await Promise.all([1, 2, 3].map(() => connectTestCache(testRedisUrl())));
});
afterAll(async () => {
  for (const replica of replicas ?? []) await replica[Symbol.asyncDispose]();
});

interface Stampede {
  readonly values: readonly unknown[];
  readonly waitedMsMax: number;
}

/** 500 readers at once, turn by turn on three replicas. */
async function stampede(scope: string, load: () => Promise<string>): Promise<Stampede> {
  const reads = await Promise.all(
    Array.from({ length: 500 }, async (_, n) => {
      const startedAtMs = performance.now();
      const answer = await replicas[n % replicas.length]?.read(scope, load);
      return { value: answer?.value, waitedMs: performance.now() - startedAtMs };
    }),
  );
  return { values: reads.map(({ value }) => value), waitedMsMax: Math.max(...reads.map(({ waitedMs }) => waitedMs)) };
}

// Two seconds is longer than a lease: it has to be renewed.
test.each([50, 2_000])(
  '500 cold reads with a load of %i ms cause two loads at most, and wait for little more',
  async (loadMs) => {
    let loads = 0;
    const { values, waitedMsMax } = await stampede(newScope(), async () => {
      loads += 1;
      await sleep(loadMs);
      return 'value';
    });
    expect(new Set(values)).toEqual(new Set(['value']));
    expect(loads).toBeLessThanOrEqual(2);
    expect(waitedMsMax).toBeLessThanOrEqual(loadMs + 1_500);
  },
);

test('a replica that dies while it loads holds nobody up for longer than its lease', async () => {
  const scope = newScope();
  const dead = await replicas[0]?.store.lookup({ scope, name: 'word.1:a', tags: [TAG] });
  expect(dead).toMatchObject({ state: 'load' });
  let loads = 0;
  const { values, waitedMsMax } = await stampede(scope, async () => {
    loads += 1;
    await sleep(100);
    return 'value';
  });
  expect(new Set(values)).toEqual(new Set(['value']));
  expect(loads).toBeLessThanOrEqual(3);
  expect(waitedMsMax).toBeLessThanOrEqual(LEASE_MS + 100 + 1_500);
});

test('after its change is answered nobody is given an old value, whatever was being loaded', async () => {
  const scope = newScope();
  const [writer] = replicas;
  if (!writer) throw new Error('There is no replica.');
  let [stored, answered] = [0, 0];
  let stopped = false;
  const load = async () => {
    const seen = stored;
    await sleep(Math.random() * 20);
    return String(seen);
  };
  const stale: string[] = [];
  const outcomes = new Set<boolean>();
  const readers = replicas.flatMap((replica) =>
    Array.from({ length: 8 }, async () => {
      while (!stopped) {
        const since = answered;
        const { value, settled } = await replica.read(scope, load);
        outcomes.add(settled);
        if (Number(value) < since) stale.push(`${value} after ${since}`);
        await sleep(1);
      }
    }),
  );
  for (let n = 1; n <= 50; n += 1) {
    const block = await writer.cache.block(scope, [TAG]);
    await sleep(Math.random() * 10);
    stored = n;
    expect(await writer.cache.unblock(scope, [TAG], block)).toBe(true);
    answered = n;
    await sleep(Math.random() * 30);
  }
  stopped = true;
  await Promise.all(readers);
  expect(stale).toEqual([]);
  // Else the race was not there.
  expect(outcomes).toEqual(new Set([true, false]));
});
