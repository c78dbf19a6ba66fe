import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';

const REQUESTS = 1_000;
const AT_ONCE = 12;
const CONNECTIONS = 4;

let service: TestService;
let tenant: TestTenant;
let token: string;

beforeAll(async () => {
  service = await startTestService({ DATABASE_POOL_MAX: String(CONNECTIONS) });
  tenant = await service.createTenant({ books: 10 });
  await service.database.query('UPDATE books SET stock = 10000');
  // A change that the database itself fails, half way through its transaction.
  await service.database.query(`
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; END $$;
    CREATE TRIGGER failing BEFORE UPDATE ON books FOR EACH ROW WHEN (NEW.title = 'Broken') EXECUTE FUNCTION fail()`);
  token = await service.signIn(tenant);
});
afterAll(() => service?.[Symbol.asyncDispose]());

interface Request {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly leaves?: true;
}

function requestOf(index: number): Request {
  const bookId = tenant.bookIds[index % 7];
  const path = `/v2/books/${bookId}`;
  const headers = { 'idempotency-key': randomUUID() };
  const order = (id: unknown): Request => ({
    method: 'POST',
    path: '/v2/orders',
    headers,
    body: { lines: [{ bookId: id, quantity: 1 }] },
  });
  const change = (body: unknown): Request => ({ method: 'PATCH', path, body });
  const requests: readonly Request[] = [
    { path: '/v2/books', leaves: true },
    { path: '/v2/orders', leaves: true },
    { ...change({ priceCents: index }), leaves: true },
    { ...order(bookId), leaves: true },
    change({ title: 'Broken' }),
    { ...change({ priceCents: 1 }), headers: { 'if-match': '"999999"' } },
    order(randomUUID()),
    { path: `/v2/books/${randomUUID()}` },
    { path: '/v2/books' },
    order(bookId),
  ];
  return requests[index % requests.length] as Request;
}

async function send({ method = 'GET', path, body, headers, leaves }: Request): Promise<number | 'left'> {
  const signal = AbortSignal.timeout(leaves ? randomInt(1, 25) : 20_000);
  try {
    const response = await fetch(service.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    if (leaves) return 'left';
    throw error;
  }
}

test('a thousand requests, of which most fail or lose their client, lose no connection and leave no transaction', async () => {
  const seen: (number | 'left')[] = [];
  let next = 0;
  const client = async () => {
    for (let index = next++; index < REQUESTS; index = next++) seen.push(await send(requestOf(index)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));

  const left = "SELECT state FROM pg_stat_activity WHERE application_name = 'shelfwise' AND state <> 'idle'";
  await expect.poll(() => service.database.query(left)).toEqual([]);
  // One that was given up may be closing, or one that nobody waits for any more be opening.
  await expect
    .poll(async () => {
      const metrics = await (await fetch(`${service.internalUrl}/metrics`)).text();
      const connections = (state: string) =>
        Number(new RegExp(`db_pool_connections\\{state="${state}"\\} (\\d+)`).exec(metrics)?.[1]);
      return { waiting: connections('waiting'), busy: connections('total') - connections('idle') };
    })
    .toEqual({ waiting: 0, busy: 0 });
  // As many as ever can be used at once.
  const all = await Promise.all(Array.from({ length: 3 * CONNECTIONS }, () => send({ path: '/v2/books' })));
  expect(new Set(all)).toEqual(new Set([200]));

  // Otherwise little was tried.
  const count = (answer: number | 'left') => seen.filter((one) => one === answer).length;
  expect(seen).toHaveLength(REQUESTS);
  expect(count('left')).toBeGreaterThan(100);
  expect(count(500)).toBe(100);
  expect([count(412), count(422), count(404)]).toEqual([100, 100, 100]);
  expect(count(200) + count(201)).toBeGreaterThanOrEqual(200);
});
