import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestLink, type TestLink } from '../limits/testing/test-link.ts';
import { createCacheClient, waitUntilConnected } from '../platform/redis.ts';
import { recordingLog } from '../testing/recording-log.ts';
import { type ApiProcess, spawnTestApi } from '../testing/test-api.ts';
import { withClient } from '../testing/test-database.ts';
import { testRedisUrl } from '../testing/test-environment.ts';
import { startTestGate, type TestGate } from '../testing/test-gate.ts';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';

const LOADS_MAX = 4;
const BOOKS = 60;

let service: TestService;
let gate: TestGate;
let link: TestLink;
let redis: Redis;
/** A second replica; one whose cache can be closed, and one whose cache can be silenced. */
let second: ApiProcess;
let gated: ApiProcess;
let linked: ApiProcess;
let shop: TestTenant;
let token: string;

beforeAll(async () => {
  service = await startTestService();
  await service.database.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  [gate, link] = await Promise.all([startTestGate(testRedisUrl()), startTestLink(testRedisUrl())]);
  redis = createCacheClient({ url: testRedisUrl(), log: recordingLog([]) });
  await waitUntilConnected(redis, 20_000);
  const spawn = (url: string) => {
    const environment = { REDIS_CACHE_URL: url, CACHE_LOADS_MAX: String(LOADS_MAX) };
    return spawnTestApi({ database: service.database, environment });
  };
  [second, gated, linked] = await Promise.all([spawn(testRedisUrl()), spawn(gate.url), spawn(link.url)]);
  shop = await service.createTenant({ books: BOOKS });
  token = await service.signIn(shop);
});
afterAll(async () => {
  for (const part of [second, gated, linked]) await part?.[Symbol.asyncDispose]();
  redis?.disconnect();
  await gate?.[Symbol.asyncDispose]();
  await link?.[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
});

const get = (url: string, id = '') =>
  fetch(`${url}/v2/books/${id}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(20_000),
  });

/** Reads of single books until now, as the database counts them. */
async function loads(): Promise<number> {
  const [row] = await service.database.query<{ calls: number }>(`
    SELECT COALESCE(sum(calls), 0)::integer AS calls FROM pg_stat_statements
    WHERE query LIKE 'SELECT id, title%FROM books WHERE id = $1' AND userid = 'shelfwise_app'::regrole
      AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`);
  return row?.calls ?? Number.NaN;
}

/** What a replica has asked the cache until now. */
async function lookups(internalUrl: string) {
  const text = await (await fetch(`${internalUrl}/metrics`)).text();
  const of = (outcome: string) =>
    Number(new RegExp(`^cache_lookups_total\\{outcome="${outcome}",.*\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { hits: of('hit'), misses: of('miss') };
}

/** Of all replicas. */
async function busyConnections(): Promise<number> {
  const [row] = await service.database.query<{ busy: number }>(
    "SELECT count(*)::integer AS busy FROM pg_stat_activity WHERE application_name = 'shelfwise' AND state <> 'idle'",
  );
  return row?.busy ?? Number.NaN;
}

/** Twenty readers of all books, each as fast as it is answered, until they are told to end. */
function readOn(url: string) {
  const times: number[] = [];
  const statuses = new Set<number>();
  let ended = false;
  const reader = async (_: unknown, n: number) => {
    for (let read = n; !ended; read += 1) {
      const askedAtMs = performance.now();
      const answer = await get(url, shop.bookIds[read % BOOKS]);
      await answer.arrayBuffer();
      times.push(performance.now() - askedAtMs);
      statuses.add(answer.status);
    }
  };
  const readers = Promise.all(Array.from({ length: 20 }, reader));
  return {
    times,
    async end() {
      ended = true;
      await readers;
      expect(statuses).toEqual(new Set([200]));
      return times.sort((a, b) => a - b);
    },
  };
}

async function timesOf(url: string) {
  const reading = readOn(url);
  await sleep(1_000);
  const times = await reading.end();
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { median: at(0.5), p99: at(0.99) };
}

test('cold reads of one book, on two replicas, are one load', async () => {
  const urls = [service.internalUrl, second.internalUrl];
  const misses = () => Promise.all(urls.map(async (url) => (await lookups(url)).misses));
  // Of several, since whoever loads is not waited for without end, and this machine may be slow.
  const perBook: number[] = [];
  for (const id of shop.bookIds.slice(0, 8)) {
    const [missed, before] = [await misses(), await loads()];
    const reads = await withClient(service.database.ownerUrl, async (holder) => {
      await holder.query('BEGIN; LOCK TABLE books');
      const asked = Array.from({ length: 20 }, (_, n) => get(n % 2 === 0 ? service.url : second.url, id));
      const haveMissed = async () => (await misses()).every((count, n) => count - (missed[n] ?? 0) >= 10);
      await expect.poll(haveMissed, { timeout: 20_000, interval: 5 }).toBe(true);
      await holder.query('ROLLBACK');
      return await Promise.all(asked);
    });
    for (const read of reads) {
      expect([read.status, ((await read.json()) as { id: string }).id]).toEqual([200, id]);
    }
    perBook.push((await loads()) - before);
  }
  expect(Math.min(...perBook)).toBe(1);
});

test('without the cache no more loads run at once than the cap allows, and others have their connections', async () => {
  await gate.close();
  const waiting = () =>
    service.database.query(
      "SELECT 1 FROM pg_stat_activity WHERE application_name = 'shelfwise' AND wait_event_type = 'Lock'",
    );
  try {
    await withClient(service.database.ownerUrl, async (holder) => {
      await holder.query('BEGIN; LOCK TABLE books');
      const reads = shop.bookIds.map((id) => get(gated.url, id));
      await expect.poll(async () => (await waiting()).length, { interval: 20 }).toBeGreaterThanOrEqual(LOADS_MAX);
      await sleep(200);
      expect({ loads: (await waiting()).length }).toEqual({ loads: LOADS_MAX });
      const list = get(gated.url);
      await expect.poll(async () => (await waiting()).length, { interval: 20 }).toBe(LOADS_MAX + 1);
      await holder.query('ROLLBACK');
      // Where this took long some were told to come again.
      for (const { status } of await Promise.all([...reads, list])) expect([200, 503]).toContain(status);
    });
    const reads = await Promise.all(shop.bookIds.map((id) => get(gated.url, id)));
    expect(new Set(reads.map(({ status }) => status))).toEqual(new Set([200]));
  } finally {
    await gate.open();
  }
});

test('a cache that was restarted, and is empty, answers nine of ten reads again', async () => {
  const metrics = () => lookups(gated.internalUrl);
  const reading = readOn(gated.url);
  const kept = () => redis.keys(`book:{${shop.id}:*`);
  await expect.poll(async () => (await kept()).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(BOOKS);
  await gate.close();
  await redis.del(await kept());
  const readBefore = reading.times.length;
  await expect.poll(() => reading.times.length - readBefore, { timeout: 20_000 }).toBeGreaterThan(200);
  let last = await metrics();
  await gate.open();
  let loadsAtOnce = 0;
  const isBack = async () => {
    loadsAtOnce = Math.max(loadsAtOnce, await busyConnections());
    const now = await metrics();
    const [hits, misses] = [now.hits - last.hits, now.misses - last.misses];
    if (hits + misses > 100) last = now;
    return hits > 100 && hits > 9 * misses;
  };
  await expect.poll(isBack, { timeout: 40_000, interval: 20 }).toBe(true);
  await reading.end();
  expect(loadsAtOnce).toBeLessThanOrEqual(LOADS_MAX);
});

test('many readers of a cache that hangs do not wait for it', async () => {
  const rounds: { calm: Awaited<ReturnType<typeof timesOf>>; hung: Awaited<ReturnType<typeof timesOf>> }[] = [];
  await timesOf(second.url);
  link.silence();
  await timesOf(linked.url);
  for (let round = 0; round < 3; round += 1) {
    rounds.push({ calm: await timesOf(second.url), hung: await timesOf(linked.url) });
  }
  link.heal();
  // Of several, so that a pause of this machine decides nothing. If each waited, it would be for 150 ms at the least.
  const more = (which: 'median' | 'p99') => Math.min(...rounds.map(({ calm, hung }) => hung[which] - calm[which]));
  expect(more('median')).toBeLessThan(75);
  expect(more('p99')).toBeLessThan(600);
});
