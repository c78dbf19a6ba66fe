import { expect, test, vi } from 'vitest';
import * as z from 'zod';
import { ProblemError } from '../platform/problem.ts';
import { recordingLog } from '../testing/recording-log.ts';
import { CACHE_CLASSES, type CacheKind, NOTHING_TTL_MS } from './cache-kind.ts';
import { createLoadCap } from './loads/load-cap.ts';
import { createTaggedCache } from './tagged-cache.ts';
import { createMemoryStore } from './testing/memory-store.ts';

const kind: CacheKind<string> = { name: 'word', version: 1, cacheClass: 'dynamic', schema: z.string() };

function setUp({ loadsMax = 5, random = 0.5 } = {}) {
  const store = createMemoryStore();
  const metrics = { read: vi.fn(), purged() {} };
  const loads = createLoadCap({ loadsMax });
  const cache = createTaggedCache({ store, loads, metrics, log: recordingLog([]), random: () => random });
  const read = (load: () => Promise<string | undefined>, { id = 'a', scope = 'mine', tags = ['t'] } = {}) =>
    cache.read({ kind, scope, id, tags, load });
  const outcomes = () => metrics.read.mock.calls.map(([, , outcome]) => outcome);
  return { store, cache, read, outcomes };
}

test('what was loaded once is not loaded again, and both answers may be kept', async () => {
  const { read, outcomes } = setUp();
  const load = vi.fn(async () => 'value');
  expect(await read(load)).toEqual({ value: 'value', settled: true });
  expect(await read(load)).toEqual({ value: 'value', settled: true });
  expect(load).toHaveBeenCalledTimes(1);
  expect(outcomes()).toEqual(['miss', 'hit']);
});

test('many who ask at once cause one load', async () => {
  const { read } = setUp();
  const gate = Promise.withResolvers<string>();
  const load = vi.fn(() => gate.promise);
  const reads = Array.from({ length: 200 }, () => read(load));
  await expect.poll(() => load.mock.calls.length).toBe(1);
  gate.resolve('value');
  expect(new Set((await Promise.all(reads)).map(({ value }) => value))).toEqual(new Set(['value']));
  expect(load).toHaveBeenCalledTimes(1);
});

test.each([
  [0, 0.9],
  [1, 1.1],
])('with the random number %d an entry lives %d of its time', async (random, share) => {
  const { store, read } = setUp({ random });
  await read(async () => 'value');
  await read(async () => undefined, { id: 'nothing' });
  expect([...store.entries.values()].map(({ ttlMs }) => ttlMs)).toEqual([
    CACHE_CLASSES.dynamic.ttlMs * share,
    NOTHING_TTL_MS * share,
  ]);
});

test('what was loaded is given as it will be given from the cache, to the byte', async () => {
  const { cache } = setUp();
  const schema = z.object({ first: z.number(), second: z.number() });
  const read = () =>
    cache.read({
      kind: { name: 'pair', version: 1, cacheClass: 'dynamic', schema },
      scope: 'mine',
      id: 'a',
      tags: ['t'],
      load: async () => ({ second: 2, first: 1, third: 3 }),
    });
  expect(JSON.stringify(await read())).toBe(JSON.stringify(await read()));
});

test('that there is nothing is remembered too', async () => {
  const { read } = setUp();
  const load = vi.fn(async () => undefined);
  expect(await read(load)).toEqual({ value: undefined, settled: true });
  expect(await read(load)).toEqual({ value: undefined, settled: true });
  expect(load).toHaveBeenCalledTimes(1);
});

test('what is made after it was looked for in vain is found at once', async () => {
  const { cache, read } = setUp();
  await read(async () => undefined);
  await cache.unblock('mine', ['t'], await cache.block('mine', ['t']));
  expect(await read(async () => 'made')).toEqual({ value: 'made', settled: true });
});

test('errors are never kept', async () => {
  const { read } = setUp();
  await expect(read(() => Promise.reject(new ProblemError('DATABASE_UNAVAILABLE')))).rejects.toThrow(ProblemError);
  expect(await read(async () => 'value')).toEqual({ value: 'value', settled: true });
});

test('a change of a tag drops what is under it, and nothing else', async () => {
  const { cache, read } = setUp();
  await read(async () => 'old');
  await read(async () => 'other', { id: 'b', tags: ['u'] });
  expect(await cache.unblock('mine', ['t'], await cache.block('mine', ['t']))).toBe(true);
  expect(await read(async () => 'new')).toEqual({ value: 'new', settled: true });
  expect(await read(async () => 'not loaded', { id: 'b', tags: ['u'] })).toMatchObject({ value: 'other' });
});

test('while a tag is blocked everybody gets what is in the database, and nobody may keep it', async () => {
  const { store, cache, read, outcomes } = setUp();
  await cache.block('mine', ['t']);
  expect(await read(async () => 'one')).toEqual({ value: 'one', settled: false });
  expect(await read(async () => 'two')).toEqual({ value: 'two', settled: false });
  expect(store.entries.size).toBe(0);
  expect(outcomes()).toEqual(['blocked', 'blocked']);
});

test('who asks after a change does not get what was being loaded before it', async () => {
  const { cache, read } = setUp();
  const gate = Promise.withResolvers<string>();
  const early = read(() => gate.promise);
  await cache.unblock('mine', ['t'], await cache.block('mine', ['t']));
  expect(await read(async () => 'new')).toMatchObject({ value: 'new' });
  gate.resolve('old');
  expect(await early).toMatchObject({ value: 'old' });
  expect(await read(async () => 'not loaded')).toMatchObject({ value: 'new' });
});

test('without the store reads go on, under the cap, one load after the other for one key', async () => {
  const { store, read, outcomes } = setUp({ loadsMax: 2 });
  store.away = new Error('connection refused');
  let [running, runningMax, loads] = [0, 0, 0];
  const load = async () => {
    loads += 1;
    runningMax = Math.max(runningMax, ++running);
    await new Promise((resolve) => setTimeout(resolve, 2));
    running -= 1;
    return 'value';
  };
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const answers = await Promise.all(ids.flatMap((id) => Array.from({ length: 20 }, () => read(load, { id }))));
  expect(answers.every(({ value, settled }) => value === 'value' && !settled)).toBe(true);
  expect(runningMax).toBe(2);
  // One that had begun when the others asked, and one for all of them.
  expect(loads).toBeLessThanOrEqual(2 * ids.length);
  expect(new Set(outcomes())).toEqual(new Set(['away']));
});

test('without the store nobody is given what was being loaded before they asked', async () => {
  const { store, read } = setUp();
  store.away = new Error('connection refused');
  const gate = Promise.withResolvers<string>();
  const early = read(() => gate.promise);
  const late = read(async () => 'new');
  gate.resolve('old');
  expect([(await early).value, (await late).value]).toEqual(['old', 'new']);
});

test('a change is refused while the store is away', async () => {
  const { store, cache } = setUp();
  store.away = new Error('connection refused');
  await expect(cache.block('mine', ['t'])).rejects.toThrow('connection refused');
});
