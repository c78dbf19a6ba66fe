import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testRedisUrl } from '../../testing/test-environment.ts';
import { connectTestCache, newScope, type TestCache } from '../testing/test-cache.ts';
import { LEASE_MS, type Lease, type Place } from './cache-store.ts';

let replica: TestCache;

beforeAll(async () => {
  replica = await connectTestCache(testRedisUrl());
});
afterAll(() => replica?.[Symbol.asyncDispose]());

const newPlace = (name = 'page', tags = ['books', 'book:1']): Place => ({ scope: newScope(), name, tags });

async function take(place: Place): Promise<Lease> {
  const found = await replica.store.lookup(place);
  if (found.state !== 'load') throw new Error(`The lease is not free: ${found.state}.`);
  return found;
}

async function fill(place: Place, value: string, ttlMs = 5_000): Promise<void> {
  await replica.store.fill(place, await take(place), { value, ttlMs });
}

async function change({ scope }: Place, tag: string): Promise<boolean> {
  await replica.store.block(scope, [tag], 'writer');
  return await replica.store.unblock(scope, [tag], 'writer');
}

test('what was filled is found, until its time is over', async () => {
  const place = newPlace();
  await fill(place, 'value', 100);
  expect(await replica.store.lookup(place)).toMatchObject({ state: 'hit', value: 'value' });
  await expect.poll(async () => (await replica.store.lookup(place)).state, { timeout: 20_000 }).toBe('load');
});

test.each(['books', 'book:1'])('a change of %s alone drops the entry', async (tag) => {
  const place = newPlace();
  await fill(place, 'old');
  expect(await change(place, tag)).toBe(true);
  expect(await replica.store.lookup(place)).toMatchObject({ state: 'load' });
});

test('what was read before a change cannot be filled after it', async () => {
  const place = newPlace();
  const lease = await take(place);
  await change(place, 'books');
  await replica.store.fill(place, lease, { value: 'old', ttlMs: 5_000 });
  expect(await replica.store.lookup(place)).toMatchObject({ state: 'load' });
});

test('while a tag is blocked nothing is served and nothing filled', async () => {
  const place = newPlace();
  const lease = await take(place);
  await replica.store.block(place.scope, ['book:1'], 'writer');
  expect(await replica.store.lookup(place)).toEqual({ state: 'blocked' });
  await replica.store.fill(place, lease, { value: 'old', ttlMs: 5_000 });
  expect(await replica.store.unblock(place.scope, ['book:1'], 'writer')).toBe(true);
  expect(await replica.store.lookup(place)).toMatchObject({ state: 'load' });
});

test('a writer that ends does not lift the block of another', async () => {
  const place = newPlace();
  await replica.store.block(place.scope, ['books'], 'first');
  await replica.store.block(place.scope, ['books'], 'second');
  await replica.store.unblock(place.scope, ['books'], 'first');
  expect(await replica.store.lookup(place)).toEqual({ state: 'blocked' });
  expect(await replica.store.unblock(place.scope, ['books'], 'second')).toBe(true);
});

test('a block that the store has lost is reported', async () => {
  const place = newPlace();
  await replica.store.block(place.scope, place.tags, 'writer');
  await replica.redis.del(`cache:{${place.scope}}:tag:books:writers`);
  expect(await replica.store.unblock(place.scope, place.tags, 'writer')).toBe(false);
});

test('a tag that the store has lost costs a miss, and never brings an old entry back', async () => {
  const place = newPlace();
  await fill(place, 'old');
  await replica.redis.del(`cache:{${place.scope}}:tag:books`);
  expect(await replica.store.lookup(place)).toMatchObject({ state: 'load' });
});

test('one holds the lease: the others see whose it is, and get it when it has been silent', async () => {
  const place = newPlace();
  const lease = await take(place);
  expect(await replica.store.lookup(place)).toMatchObject({ state: 'wait', lease: lease.lease });
  for (let n = 0; n < 4; n += 1) {
    await sleep(LEASE_MS / 2);
    await replica.store.renew(place, lease);
  }
  expect(await replica.store.lookup(place)).toMatchObject({ state: 'wait', lease: lease.lease });
  await expect.poll(async () => (await replica.store.lookup(place)).state, { timeout: 20_000 }).toBe('load');
});

test('a lease that is given back is free at once, and one of another holder is left alone', async () => {
  const place = newPlace();
  const first = await take(place);
  await replica.store.release(place, first);
  const second = await take(place);
  await replica.store.release(place, first);
  expect(await replica.store.lookup(place)).toMatchObject({ state: 'wait', lease: second.lease });
});

test('a change lets the next reader load at once, whoever still loads what was there before', async () => {
  const place = newPlace();
  await take(place);
  await change(place, 'books');
  expect(await replica.store.lookup(place)).toMatchObject({ state: 'load' });
});

test('the same names in two scopes do not meet', async () => {
  const [mine, theirs] = [newPlace(), newPlace()];
  await fill(mine, 'mine');
  await fill(theirs, 'theirs');
  await change(theirs, 'books');
  expect(await replica.store.lookup(mine)).toMatchObject({ state: 'hit', value: 'mine' });
});

test('a tag of 10,000 entries is dropped by one short command, and is one key however many there are', async () => {
  const scope = newScope();
  const places = Array.from({ length: 10_000 }, (_, n) => ({ scope, name: `page:${n}`, tags: ['books'] }));
  for (let from = 0; from < places.length; from += 500) {
    await Promise.all(places.slice(from, from + 500).map((place) => fill(place, 'old', 60_000)));
  }
  expect((await replica.keysOf(scope)).length).toBe(10_001);
  await replica.redis.call('CONFIG', 'RESETSTAT');
  expect(await change({ ...newPlace(), scope }, 'books')).toBe(true);
  const [, micros] = /cmdstat_evalsha:calls=\d+,usec=(\d+)/.exec(await replica.redis.info('commandstats')) ?? [];
  expect(Number(micros)).toBeLessThan(50_000);
  const states = await Promise.all(
    places.slice(0, 500).map(async (place) => (await replica.store.lookup(place)).state),
  );
  expect(new Set(states)).toEqual(new Set(['load']));
});

test('every key has an end, and a tag outlives what is kept under it', async () => {
  const place = newPlace();
  await fill(place, 'value', 86_400_000);
  await take({ ...place, name: 'other' });
  await replica.store.block(place.scope, ['third'], 'writer');
  const ends = new Map<string, number>();
  for (const key of await replica.keysOf(place.scope)) ends.set(key, await replica.redis.pttl(key));
  expect(ends.size).toBe(5);
  expect([...ends.values()].every((ms) => ms > 0)).toBe(true);
  expect(ends.get(`cache:{${place.scope}}:tag:books`)).toBeGreaterThan(86_400_000);
});
