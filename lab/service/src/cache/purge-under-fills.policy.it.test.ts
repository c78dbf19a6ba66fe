import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testRedisUrl } from '../testing/test-environment.ts';
import { connectTestCache, newScope, TAG, type TestCache } from './testing/test-cache.ts';

const ENTRIES = 10_000;

let replicas: readonly TestCache[];
let writer: TestCache;

beforeAll(async () => {
  const connect = () => connectTestCache(testRedisUrl(), { loadsMax: 50 });
  [writer, ...replicas] = await Promise.all([connect(), connect(), connect()]);
});
afterAll(async () => {
  for (const replica of [writer, ...(replicas ?? [])]) await replica?.[Symbol.asyncDispose]();
});

const change = async (scope: string, make: () => void | Promise<void>) => {
  const block = await writer.cache.block(scope, [TAG]);
  await make();
  expect(await writer.cache.unblock(scope, [TAG], block)).toBe(true);
};

test('while 10,000 entries under a tag are filled, none is given from before a purge after it', async () => {
  const scope = newScope();
  let [stored, answered, reads, overtaken] = [0, 0, 0, 0];
  const stale: string[] = [];
  const load = async () => {
    const seen = stored;
    await sleep(Math.random() * 10);
    if (stored !== seen) overtaken += 1;
    return String(seen);
  };
  const read = async (n: number) => {
    const since = answered;
    const { value } = (await replicas[n % replicas.length]?.read(scope, load, `entry-${n}`)) ?? {};
    reads += 1;
    if (Number(value) < since) stale.push(`entry ${n}: ${value} after ${since}`);
  };
  const readAll = async () => {
    let next = 0;
    const reader = async () => {
      while (next < ENTRIES) await read(next++);
    };
    await Promise.all(Array.from({ length: 60 }, reader));
  };

  await readAll();
  let filling = true;
  const readers = Array.from({ length: 60 }, async () => {
    while (filling) await read(Math.floor(Math.random() * ENTRIES));
  });
  for (let version = 1; version <= 5; version += 1) {
    const before = reads;
    await expect.poll(() => reads - before, { timeout: 20_000, interval: 10 }).toBeGreaterThan(1_000);
    await change(scope, async () => {
      await sleep(5);
      stored = version;
    });
    answered = version;
  }
  filling = false;
  await Promise.all(readers);
  await readAll();
  expect(stale.slice(0, 3)).toEqual([]);
  // Else nobody was about to fill anything old.
  expect(overtaken).toBeGreaterThan(0);
});

test('what is made after it was looked for in vain is found at once, on every replica', async () => {
  const scope = newScope();
  let made: string | undefined;
  const answers = () => Promise.all(replicas.map(async ({ read }) => (await read(scope, async () => made)).value));
  expect(await answers()).toEqual([undefined, undefined]);
  await change(scope, () => {
    made = 'made';
  });
  expect(await answers()).toEqual(['made', 'made']);
});
