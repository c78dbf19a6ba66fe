import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommitLink, startCommitLink } from './testing/commit-link.ts';
import { type ApiProcess, spawnTestApi } from './testing/test-api.ts';
import { startTestService, type TestService, type TestTenant } from './testing/test-service.ts';

// The API is killed at each step of a change, and the client comes back with its key to another replica.

const STOCK = 1_000;

let service: TestService;
let tenant: TestTenant;
let token: string;

beforeAll(async () => {
  service = await startTestService();
  tenant = await service.createTenant({ books: 1 });
  await service.database.query('UPDATE books SET stock = $1::integer', [STOCK]);
  token = await service.signIn(tenant);
});
afterAll(() => service?.[Symbol.asyncDispose]());

const body = () => JSON.stringify({ lines: [{ bookId: tenant.bookIds[0], quantity: 1 }] });

async function place(url: string, key: string): Promise<{ readonly status: number; readonly id?: string } | 'cut off'> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key };
  try {
    const response = await fetch(`${url}/v2/orders`, { method: 'POST', headers, body: body() });
    return { status: response.status, id: ((await response.json()) as { id?: string }).id ?? '' };
  } catch {
    return 'cut off';
  }
}

const ordersOf = (key: string) =>
  service.database.query<{ id: string }>('SELECT id FROM orders WHERE idempotency_key = $1', [key]);

interface Step {
  readonly name: string;
  /** Where the connections of the API to the database are held. */
  hold(link: CommitLink): void;
  /** True once the request has come to this step. */
  reached(link: CommitLink, key: string): Promise<boolean>;
  /** Orders that there are when the API is killed. */
  readonly orders: number;
}

const STEPS: readonly Step[] = [
  {
    name: 'before its COMMIT reaches the database',
    hold: (link) => link.holdCommit(),
    reached: async (link) => link.commits() > 0,
    orders: 0,
  },
  {
    name: 'after the COMMIT, before it knows of it',
    hold: (link) => link.holdAnswer(),
    reached: async (_link, key) => (await ordersOf(key)).length > 0,
    orders: 1,
  },
];

test.each(STEPS)('an API that is killed $name leaves one order and one answer', async ({ hold, reached, orders }) => {
  await using link = await startCommitLink(service.database.appUrl);
  await using api = await spawnTestApi({ database: { appUrl: link.url } });
  const key = randomUUID();
  const before = await effects();
  hold(link);
  const asked = place(api.url, key);
  await expect.poll(() => reached(link, key), { timeout: 20_000, interval: 10 }).toBe(true);
  await kill(api);
  expect(await asked).toBe('cut off');
  expect(await ordersOf(key)).toHaveLength(orders);
  // The replica that is asked now may have to wait for the end of the lost transaction.
  await expect.poll(() => place(service.url, key), { timeout: 20_000 }).toMatchObject({ status: 201 });
  const [order] = await ordersOf(key);
  expect(await place(service.url, key)).toEqual({ status: 201, id: order?.id });
  expect(await effects()).toEqual({ orders: before.orders + 1, events: before.events + 1, sold: before.sold + 1 });
});

test('APIs that are killed at any moment leave one order and one answer for each key', async () => {
  const keys: string[] = [];
  const before = await effects();
  for (let round = 0; round < 5; round += 1) {
    await using api = await spawnTestApi({ database: service.database });
    const some = Array.from({ length: 20 }, () => randomUUID());
    keys.push(...some);
    const asked = some.map((key) => place(api.url, key));
    await Promise.race(asked.slice(0, 1 + 4 * round));
    api.child.kill('SIGKILL');
    const answers = await Promise.all(asked);
    for (const [index, answer] of answers.entries()) {
      // What was answered was true.
      if (answer !== 'cut off') expect(await ordersOf(some[index] ?? '')).toEqual([{ id: answer.id }]);
    }
  }
  const answers: Awaited<ReturnType<typeof place>>[] = [];
  for (const key of keys) answers.push(await place(service.url, key));
  expect(new Set(answers.map((answer) => (answer === 'cut off' ? answer : answer.status)))).toEqual(new Set([201]));
  for (const key of keys) expect(await ordersOf(key)).toHaveLength(1);
  const { length: count } = keys;
  expect(await effects()).toEqual({
    orders: before.orders + count,
    events: before.events + count,
    sold: before.sold + count,
  });
}, 120_000);

async function kill(api: ApiProcess): Promise<void> {
  api.child.kill('SIGKILL');
  await api.exited;
}

/** Sales: one copy and one event for each order. */
async function effects(): Promise<{ readonly orders: number; readonly events: number; readonly sold: number }> {
  const [row] = await service.database.query<{ orders: number; events: number; sold: number }>(
    `
    SELECT (SELECT count(*)::integer FROM orders) AS orders, (SELECT count(*)::integer FROM outbox_events) AS events,
      (SELECT $1::integer - stock FROM books) AS sold`,
    [STOCK],
  );
  if (row === undefined) throw new Error('The database says nothing.');
  return row;
}
