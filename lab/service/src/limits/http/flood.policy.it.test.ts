import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Flood, FloodCounts } from '../../tenants/testing/flood-thread.ts';
import { type ApiProcess, spawnTestApi } from '../../testing/test-api.ts';
import { testRedisUrl } from '../../testing/test-environment.ts';
import { startTestService, type TestService, type TestTenant } from '../../testing/test-service.ts';

/** What the plan of a tenant in a flood allows each second, and how many times as much it sends. */
const PLAN = 4;
const TIMES = 50;
const QUIET = 60;
const MEASURED_MS = 5_000;
const ROUNDS = 5;
/** What p99 of one measurement differs by from that of the next, with client, flood and server on two processors. */
const NOISE_MS = 25;

const planOf = (limit: number) => ({ limits: [{ limit, windowMs: 1_000 }] });
const PLENTY = [{ limit: 1_000_000, windowMs: 60_000 }];

let service: TestService;
let api: ApiProcess;
let flooder: Worker;
let quiet: { tenant: TestTenant; token: string };
let noisy: { tenant: TestTenant; token: string };

beforeAll(async () => {
  service = await startTestService();
  await service.database.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  const environment = {
    REDIS_LIMITS_URL: testRedisUrl(),
    PLANS_JSON: JSON.stringify({ pro: planOf(10 * QUIET), free: planOf(PLAN) }),
    ADDRESS_LIMITS_JSON: JSON.stringify(PLENTY),
    LOGIN_LIMITS_JSON: JSON.stringify({ account: PLENTY, address: PLENTY }),
  };
  // A process of its own, so that who measures takes nothing from it.
  api = await spawnTestApi({ database: service.database, environment });
  flooder = new Worker(new URL('../../tenants/testing/flood-thread.ts', import.meta.url));
  quiet = await openSide('pro');
  noisy = await openSide('free');
});
afterAll(async () => {
  await flooder?.terminate();
  await api?.[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
});

async function openSide(plan: string) {
  const tenant = await service.createTenant({ books: 50 });
  await service.database.query('UPDATE tenants SET plan = $2 WHERE id = $1', [tenant.id, plan]);
  return { tenant, token: await service.signIn(tenant) };
}

async function flood(durationMs: number): Promise<FloodCounts> {
  const asked: Flood = { url: `${api.url}/v2/books`, token: noisy.token, perSecond: TIMES * PLAN, durationMs };
  flooder.postMessage(asked);
  const [counts] = await once(flooder, 'message');
  return counts;
}

/** Statements of the application in this database until now, as the database counts them. */
async function statements(): Promise<number> {
  const [row] = await service.database.query<{ calls: number }>(`
    SELECT COALESCE(sum(calls), 0)::integer AS calls FROM pg_stat_statements
    WHERE userid = 'shelfwise_app'::regrole
      AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`);
  return row?.calls ?? Number.NaN;
}

const ask = (path: string, { token }: { token: string }, init: RequestInit = {}) =>
  fetch(api.url + path, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });

/** Reads of the quiet tenant at an even pace, lists and single books in turn: how long each took, and their statuses. */
async function measure() {
  const times: number[] = [];
  const statuses = new Set<number>();
  const reads: Promise<void>[] = [];
  const startedAtMs = performance.now();
  const read = async (path: string) => {
    const sentAtMs = performance.now();
    const response = await ask(path, quiet);
    await response.text();
    statuses.add(response.status);
    times.push(performance.now() - sentAtMs);
  };
  while (performance.now() - startedAtMs < MEASURED_MS) {
    reads.push(read(reads.length % 2 === 0 ? '/v2/books' : `/v2/books/${quiet.tenant.bookIds[reads.length % 50]}`));
    await sleep(Math.max(0, startedAtMs + (reads.length * 1_000) / QUIET - performance.now()));
  }
  await Promise.all(reads);
  return { times, statuses };
}

test('a refused request costs no statement, whatever it asks for', async () => {
  const before = await statements();
  const counts = await flood(4_000);
  const accepted = counts[200] ?? 0;
  expect(counts[429]).toBeGreaterThan(0.9 * TIMES * PLAN * 4 - accepted);
  const spent = (await statements()) - before;
  // One for each list that was let through, and the database does count.
  expect(spent).toBe(accepted);
  expect(accepted).toBeGreaterThan(PLAN);

  const order = { method: 'POST', body: '{}', headers: { 'idempotency-key': 'k', 'content-type': 'application/json' } };
  const refused = async () => {
    const asked = ['/v2/orders', '/v2/books/bulk-prices', '/v2/nothing'].map((path) => ask(path, noisy, order));
    return (await Promise.all(asked)).map(({ status }) => status);
  };
  const again = await statements();
  const statuses = (await Promise.all(Array.from({ length: 50 }, refused))).flat();
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(150 - 3 * PLAN);
  expect(await statements()).toBe(again);
});

test('a flood at fifty times the limit hardly slows another tenant down', async () => {
  await measure(); // Code that runs for the first time is slow.
  const alone: number[] = [];
  const beside: number[] = [];
  const statuses = new Set<number>();
  // In turns, so that whatever else the machine does meets both.
  for (let round = 0; round < ROUNDS; round += 1) {
    const without = await measure();
    const flooding = flood(MEASURED_MS + 500);
    await sleep(250);
    const during = await measure();
    const counts = await flooding;
    alone.push(p99(without.times));
    beside.push(p99(during.times));
    for (const status of [...without.statuses, ...during.statuses]) statuses.add(status);
    expect(counts[429]).toBeGreaterThan(0.9 * TIMES * PLAN * 5);
  }
  expect([...statuses]).toEqual([200]);
  expect(median(beside)).toBeLessThanOrEqual(Math.max(1.2 * median(alone), median(alone) + NOISE_MS));
}, 120_000);

function p99(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
