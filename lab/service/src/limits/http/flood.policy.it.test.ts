import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Flood, FloodCounts } from '../../tenants/testing/flood-thread.ts';
import { type ApiProcess, spawnTestApi } from '../../testing/test-api.ts';
import { testRedisUrl } from '../../testing/test-environment.ts';
import { startTestService, type TestService, type TestTenant } from '../../testing/test-service.ts';

/** What the plan of a tenant in a flood allows each second, and how many times as much it sends. */
const PLAN = 4;
const TIMES = 50;

const planOf = (limit: number) => ({ limits: [{ limit, windowMs: 1_000 }] });
const PLENTY = [{ limit: 1_000_000, windowMs: 60_000 }];

let service: TestService;
let api: ApiProcess;
let flooder: Worker;
let noisy: { tenant: TestTenant; token: string };

beforeAll(async () => {
  service = await startTestService();
  await service.database.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  const environment = {
    REDIS_LIMITS_URL: testRedisUrl(),
    PLANS_JSON: JSON.stringify({ free: planOf(PLAN) }),
    ADDRESS_LIMITS_JSON: JSON.stringify(PLENTY),
    LOGIN_LIMITS_JSON: JSON.stringify({ account: PLENTY, address: PLENTY }),
  };
  // A process of its own, so that who measures takes nothing from it.
  api = await spawnTestApi({ database: service.database, environment });
  flooder = new Worker(new URL('../../tenants/testing/flood-thread.ts', import.meta.url));
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
