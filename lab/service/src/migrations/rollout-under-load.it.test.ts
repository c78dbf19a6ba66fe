import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccessTokens } from '../auth/access-token.ts';
import { backfillCommand } from '../backfill/backfill-command.ts';
import { parseBackfillConfig } from '../backfill/backfill-variables.ts';
import { BACKFILLS } from '../backfill/backfills.ts';
import { type ApiProcess, spawnTestApi, TEST_JWT_SECRET } from '../testing/test-api.ts';
import { MIGRATIONS_FOLDER } from '../testing/test-database.ts';
import { startTestFront, type TestFront } from '../testing/test-front.ts';
import type { RolloutStep } from './rollout.ts';
import { createTestMigrations, type TestMigrations } from './testing/test-migrations.ts';

const BOOKS = 60_000;
const CLIENTS = 50;
const POLL_MS = 500;
const DELAY_MS = 1_200;
const TENANT = randomUUID();

let site: TestMigrations;
let parts: AsyncDisposableStack;
let front: TestFront;
let replicas: ApiProcess[];
let bookIds: readonly string[];
let authorization: string;

beforeAll(async () => {
  parts = new AsyncDisposableStack();
  site = parts.use(await createTestMigrations(MIGRATIONS_FOLDER));
  // As the table was before anybody thought of keys.
  await site.migrate('up', '--to', '2');
  const { query } = site.database;
  await query("INSERT INTO tenants (id, slug, name, plan) VALUES ($1, 'shop', 'Shop', 'pro')", [TENANT]);
  await query(
    `INSERT INTO books (tenant_id, id, isbn, title, author_name, price_cents, currency, stock)
     SELECT $1, gen_random_uuid(), n::text, 'The Book ' || n, 'Ada Sato', 900, 'EUR', 10 FROM generate_series(1, $2::integer) AS n`,
    [TENANT, BOOKS],
  );
  await query('ANALYZE books');
  const rows = await query<{ id: string }>('SELECT id FROM books LIMIT $1', [2 * CLIENTS]);
  bookIds = rows.map(({ id }) => id);
  const tokens = await createAccessTokens({ secret: TEST_JWT_SECRET, ttlSeconds: 600 });
  authorization = `Bearer ${await tokens.issue({ userId: randomUUID(), tenantId: TENANT, role: 'admin', plan: 'pro' })}`;
  replicas = [await spawn('0'), await spawn('0')];
  front = parts.use(startTestFront({ ports: replicas.map(({ port }) => port), pollMs: POLL_MS }));
}, 120_000);
afterAll(() => parts?.disposeAsync());

async function spawn(port: string): Promise<ApiProcess> {
  const environment = { PORT: port, SHUTDOWN_DELAY_MS: String(DELAY_MS) };
  return parts.use(await spawnTestApi({ database: site.database, environment }));
}

async function everyReplica(): Promise<void> {
  await expect.poll(() => front.ready().length, { timeout: 20_000 }).toBe(replicas.length);
}

async function deploy(): Promise<void> {
  for (const [index, old] of replicas.entries()) {
    old.child.kill('SIGTERM');
    expect(await old.exited).toBe(0);
    replicas[index] = await spawn(String(old.port));
    // Long enough for the front to have seen that it was away.
    await sleep(POLL_MS);
    await everyReplica();
  }
}

async function fill(name: string): Promise<void> {
  const code = await backfillCommand({
    argv: ['run', name],
    ...parseBackfillConfig({ DATABASE_MIGRATION_URL: site.database.ownerUrl, BACKFILL_TRANSACTIONS_MAX: '100' }),
    backfills: BACKFILLS,
    log: { info() {}, warn() {}, error() {} },
    print() {},
    signal: new AbortController().signal,
  });
  expect(code).toBe(0);
}

async function follow(step: RolloutStep): Promise<void> {
  if (step.kind === 'deploy') await deploy();
  else if (step.kind === 'backfill') await fill(step.name);
  else expect(await site.migrate('up', '--to', String(step.to))).toBe(0);
}

interface Traffic {
  /** Anything but the answer that was due. */
  readonly failures: string[];
  /** The last change of each book that was answered, by the book's id. */
  readonly ledger: Map<string, { readonly title: string; readonly priceCents: number }>;
  /** The step of each. */
  readonly writes: string[];
  reads: number;
  step: string;
}

function startTraffic() {
  const traffic: Traffic = { failures: [], ledger: new Map(), writes: [], reads: 0, step: 'before' };
  let going = true;
  const ask = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const answer = await front.request({ method, path, headers, body }).catch((error: unknown) => String(error));
    const failed = typeof answer === 'string' ? answer : answer.status === 200 ? undefined : answer.body;
    if (failed !== undefined) traffic.failures.push(`${traffic.step}: ${method} ${failed}`);
    return failed === undefined;
  };
  const reader = async (index: number) => {
    for (; going; traffic.reads += 1) {
      await ask('GET', index % 2 === 0 ? '/v2/books?limit=20' : `/v2/books/${bookIds[CLIENTS + index]}`);
      await sleep(400);
    }
  };
  const writer = async (index: number) => {
    const id = bookIds[index] ?? '';
    for (let priceCents = 1_000; going; priceCents += 1) {
      const change = { title: `A Changed Book ${index} ${priceCents}`, priceCents };
      if (await ask('PATCH', `/v2/books/${id}`, change)) traffic.ledger.set(id, change);
      traffic.writes.push(traffic.step);
      await sleep(600);
    }
  };
  const clients = Array.from({ length: CLIENTS }, (_, index) => [reader(index), writer(index)]).flat();
  return {
    traffic,
    async stop() {
      going = false;
      await Promise.all(clients);
    },
  };
}

/** By the clock of the server: how long a client may wait for its answer depends on the machine as well. */
function watchLockWaits() {
  let going = true;
  let longestMs = 0;
  const watch = async () => {
    while (going) {
      const [row] = await site.database.query<{ ms: number }>(`
        SELECT COALESCE(max(extract(epoch FROM clock_timestamp() - state_change)), 0)::float8 * 1000 AS ms
        FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'shelfwise' AND wait_event_type = 'Lock'`);
      longestMs = Math.max(longestMs, row?.ms ?? 0);
      await sleep(20);
    }
  };
  const ended = watch();
  return {
    /** The longest wait that was seen, in ms. */
    async stop(): Promise<number> {
      going = false;
      await ended;
      return longestMs;
    },
  };
}

test('through a whole rollout nobody is refused, no change that was answered is lost, and no writer waits over a second', async () => {
  await site.migrate('plan');
  const { steps } = JSON.parse(site.printed.at(-1) ?? '') as { steps: readonly RolloutStep[] };
  expect(steps.map(({ kind }) => kind)).toEqual(['migrate', 'deploy', 'backfill', 'contract']);
  await everyReplica();
  const { traffic, stop } = startTraffic();
  const lockWaits = watchLockWaits();
  await sleep(1_000);
  for (const step of steps) {
    traffic.step = step.kind;
    await follow(step);
    await sleep(1_000);
  }
  await stop();
  const longest = await lockWaits.stop();

  expect(traffic.failures).toEqual([]);
  expect(longest).toBeLessThan(1_000);
  const { query } = site.database;
  const rows = await query<{ id: string; title: string; priceCents: number; key: string }>(
    'SELECT id, title, price_cents AS "priceCents", title_key AS key FROM books WHERE id = ANY ($1)',
    [[...traffic.ledger.keys()]],
  );
  const found = new Map(rows.map(({ id, title, priceCents }) => [id, { title, priceCents }]));
  expect(found).toEqual(traffic.ledger);
  expect(await query('SELECT 1 FROM books WHERE title_key IS DISTINCT FROM book_title_key(title)')).toEqual([]);
  // Otherwise little was tried.
  for (const { kind } of steps) {
    expect(traffic.writes.filter((step) => step === kind).length).toBeGreaterThan(CLIENTS);
  }
  expect(traffic.ledger.size).toBe(CLIENTS);
  expect(traffic.reads).toBeGreaterThan(10 * CLIENTS);
}, 240_000);
