import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createMetrics } from '../platform/metrics.ts';
import { createPool, type Pool } from '../platform/postgres.ts';
import type { TenantContext } from '../platform/request-context.ts';
import {
  type CrossTenantDatabase,
  createCrossTenantDatabase,
  createTenantDatabase,
  type TenantDatabase,
} from '../platform/tenant-transaction.ts';
import { recordingLog } from '../testing/recording-log.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { forgetOldKeys } from './forget-old-keys.ts';
import type { KeyedRequest } from './idempotency-key.ts';
import { once } from './once.ts';

let database: TestDatabase;
let pool: Pool;
let tenants: TenantDatabase;
let across: CrossTenantDatabase;
let context: TenantContext;
let request: KeyedRequest;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.appUrl, max: 10, name: 'test', log: recordingLog([]) });
  const parts = { pool, metrics: createMetrics() };
  tenants = createTenantDatabase(parts);
  across = createCrossTenantDatabase(parts);
  await database.query('CREATE TABLE effects (name text)');
  await database.query('GRANT INSERT ON effects TO shelfwise_app');
});
afterAll(async () => {
  await pool?.end();
  await database?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  context = await tenant();
  request = { route: 'POST /v2/things', key: randomUUID(), requestHash: 'hash-1' };
});

async function tenant(): Promise<TenantContext> {
  const id = randomUUID();
  await database.query("INSERT INTO tenants (id, slug, name, plan) VALUES ($1, $2, 'Test shop', 'pro')", [
    id,
    `shop-${id.slice(0, 8)}`,
  ]);
  return { tenantId: id, requestId: 'test', usage: { queries: 0 } };
}

/** Leaves an effect that can be counted. `meanwhile` runs before the transaction ends. */
function ask(keyed: KeyedRequest, { as = context, meanwhile = async () => {} } = {}) {
  return tenants.write(as, (tx) =>
    once(tx, keyed, async () => {
      await tx.query('INSERT INTO effects (name) VALUES ($1)', [keyed.key]);
      await meanwhile();
      return { status: 201, headers: { location: '/v2/things/1' }, body: { made: randomUUID() } };
    }),
  );
}

async function effects(): Promise<number> {
  return (await database.query('SELECT 1 FROM effects WHERE name = $1', [request.key])).length;
}

test('the same key and request have one effect and one answer', async () => {
  const first = await ask(request);
  const second = await ask(request);
  expect(first.replayed).toBe(false);
  expect(second).toEqual({ answer: first.answer, replayed: true });
  expect(await effects()).toBe(1);
});

test('the same key for another request is refused', async () => {
  await ask(request);
  await expect(ask({ ...request, requestHash: 'hash-2' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  expect(await effects()).toBe(1);
});

test('a twin in flight is told so at once, and another key is not held up', async () => {
  const held = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const first = ask(request, {
    meanwhile: () => {
      entered.resolve();
      return held.promise;
    },
  });
  await entered.promise;
  await expect(ask(request)).rejects.toMatchObject({ code: 'IDEMPOTENCY_IN_FLIGHT', status: 409 });
  expect((await ask({ ...request, key: randomUUID() })).replayed).toBe(false);
  held.resolve();
  const { answer } = await first;
  expect(await ask(request)).toEqual({ answer, replayed: true });
});

test('of fifty at once exactly one takes effect', async () => {
  const asked = await Promise.allSettled(Array.from({ length: 50 }, () => ask(request)));
  const answers = asked.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const refusals = asked.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(refusals.filter((code) => code !== 'IDEMPOTENCY_IN_FLIGHT')).toEqual([]);
  expect(await effects()).toBe(1);
});

test('what failed is not kept, and the next attempt does it', async () => {
  const failing = ask(request, {
    meanwhile: async () => {
      throw new Error('the store is away');
    },
  });
  await expect(failing).rejects.toThrow('the store is away');
  expect(await effects()).toBe(0);
  expect((await ask(request)).replayed).toBe(false);
  expect(await effects()).toBe(1);
});

test('a connection that dies before the commit leaves neither effect nor answer', async () => {
  const dying = ask(request, {
    meanwhile: async () => {
      await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND state = 'idle in transaction' AND pid <> pg_backend_pid()`,
      );
    },
  });
  await expect(dying).rejects.toThrow();
  expect(await effects()).toBe(0);
  expect((await ask(request)).replayed).toBe(false);
});

test('keys are of one tenant and one route', async () => {
  await ask(request);
  expect((await ask(request, { as: await tenant() })).replayed).toBe(false);
  expect((await ask({ ...request, route: 'POST /v2/others' })).replayed).toBe(false);
});

test('keys are forgotten after seven days, for all tenants, and no sooner', async () => {
  const [young, old] = [randomUUID(), randomUUID()];
  await ask({ ...request, key: young });
  await ask({ ...request, key: old });
  await ask({ ...request, key: old }, { as: await tenant() });
  await database.query("UPDATE idempotency_keys SET created_at = now() - interval '8 days' WHERE key = $1", [old]);
  expect(await forgetOldKeys(across, new AbortController().signal)).toBe(2);
  expect(await database.query('SELECT key FROM idempotency_keys WHERE key = ANY ($1)', [[young, old]])).toEqual([
    { key: young },
  ]);
});
