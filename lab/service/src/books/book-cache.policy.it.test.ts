import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createMetrics } from '../platform/metrics.ts';
import { createCacheClient, waitUntilConnected } from '../platform/redis.ts';
import type { TenantContext } from '../platform/request-context.ts';
import { testRedisUrl } from '../testing/test-environment.ts';
import type { Book } from './book.ts';
import { type BookCache, createBookCache } from './book-cache.ts';

const log = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} };
const TTL_SECONDS = 100;
let redis: Redis;
let cache: BookCache;
let context: TenantContext;
let book: Book;

beforeAll(async () => {
  redis = createCacheClient({ url: testRedisUrl(), log });
  await waitUntilConnected(redis, 2_000);
  cache = createBookCache({ redis, metrics: createMetrics(), log, ttlSeconds: TTL_SECONDS });
});
afterAll(() => redis?.disconnect());

beforeEach(() => {
  context = { tenantId: randomUUID(), requestId: 'request', usage: { queries: 0 } };
  book = { id: randomUUID(), title: 'A title', version: 1 } as Book;
});

const keyOf = (suffix = '') => `book:{${context.tenantId}:${book.id}}${suffix}`;
const look = () => cache.lookup(context, book.id);

/** Of whoever loads, or waits for the one that does. */
async function missedLease(): Promise<string> {
  const found = await look();
  if (found.state !== 'miss' && found.state !== 'wait') throw new Error(`The book is ${found.state}.`);
  return found.lease;
}

test('a book that was filled is found, in its tenant only', async () => {
  await cache.fill(context, await missedLease(), book);
  expect(await look()).toEqual({ state: 'hit', book });
  expect(await cache.lookup({ ...context, tenantId: randomUUID() }, book.id)).toMatchObject({ state: 'miss' });
});

test('every key has an end, and entries end within 10 % of their time to live', async () => {
  await cache.fill(context, await missedLease(), book);
  const ttlMs = await redis.pttl(keyOf());
  expect(ttlMs).toBeGreaterThan(TTL_SECONDS * 890);
  expect(ttlMs).toBeLessThanOrEqual(TTL_SECONDS * 1_100);
  await redis.del(keyOf());
  await missedLease();
  expect(await redis.pttl(keyOf(':lease'))).toBeGreaterThan(5_000);
  await cache.block(context, book.id);
  expect(await redis.pttl(keyOf(':writers'))).toBeGreaterThan(25_000);
});

test('readers that miss together share one lease, and a late one finds the entry', async () => {
  const leases = await Promise.all([missedLease(), missedLease(), missedLease()]);
  expect(new Set(leases).size).toBe(1);
  await cache.fill(context, leases[0] ?? '', book);
  await cache.fill(context, leases[1] ?? '', { ...book, title: 'Same version, second fill' });
  expect(await look()).toEqual({ state: 'hit', book });
});

test('while a book is blocked nobody hits, and nobody is given a lease', async () => {
  await cache.fill(context, await missedLease(), book);
  const writer = await cache.block(context, book.id);
  expect(await look()).toEqual({ state: 'blocked' });
  expect(await redis.exists(keyOf(), keyOf(':lease'))).toBe(0);
  await cache.unblock(context, book.id, writer);
  expect(await look()).toMatchObject({ state: 'miss' });
});

test('what was read before a change is not cached during or after it', async () => {
  const lease = await missedLease();
  const writer = await cache.block(context, book.id);
  await cache.fill(context, lease, book);
  expect(await look()).toEqual({ state: 'blocked' });
  await cache.unblock(context, book.id, writer);
  await cache.fill(context, lease, book);
  const fresh = await missedLease();
  expect(fresh).not.toBe(lease);
  await cache.fill(context, lease, book);
  expect(await look()).toMatchObject({ lease: fresh });
});

test('one of those that miss together loads, and the others wait for it, but not for long', async () => {
  const found = await Promise.all([look(), look(), look()]);
  expect(found.map(({ state }) => state)).toEqual(['miss', 'wait', 'wait']);
  // It may have died. Whoever gives up on it fills with the same lease.
  await expect.poll(look, { timeout: 20_000 }).toEqual({ ...found[0], state: 'miss' });
});

test('a lease taken after the block was lost is void when the change ends', async () => {
  const writer = await cache.block(context, book.id);
  await redis.del(keyOf(':writers')); // As an eviction or a restart would.
  const lease = await missedLease();
  await cache.fill(context, lease, book);
  await cache.unblock(context, book.id, writer);
  await cache.fill(context, lease, book);
  expect(await look()).toMatchObject({ state: 'miss' });
});

test('a writer that ends does not unblock the book for another', async () => {
  const first = await cache.block(context, book.id);
  const second = await cache.block(context, book.id);
  await cache.unblock(context, book.id, second);
  expect(await look()).toEqual({ state: 'blocked' });
  await cache.unblock(context, book.id, first);
  expect(await look()).toMatchObject({ state: 'miss' });
});

test('a block that was never lifted lapses by itself', async () => {
  await cache.block(context, book.id);
  // The sorted set orders writers by the end of their block; this moves that end into the past.
  const [writer] = await redis.zrange(keyOf(':writers'), '0', '-1');
  await redis.zadd(keyOf(':writers'), String(Date.now() - 1), writer ?? '');
  expect(await look()).toMatchObject({ state: 'miss' });
});

test('all operations reject when the cache is away', async () => {
  const gone = createCacheClient({ url: 'redis://127.0.0.1:1', log });
  const broken = createBookCache({ redis: gone, metrics: createMetrics(), log, ttlSeconds: TTL_SECONDS });
  await expect(broken.lookup(context, book.id)).rejects.toThrow();
  await expect(broken.fill(context, 'lease', book)).rejects.toThrow();
  await expect(broken.block(context, book.id)).rejects.toThrow();
  await expect(broken.unblock(context, book.id, 'writer')).rejects.toThrow();
  gone.disconnect();
});
