import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../testing/test-database.ts';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';

interface Side {
  readonly tenant: TestTenant;
  readonly token: string;
  /** In the title of each of its books. */
  readonly mark: string;
  /** Its prices are even or odd: a change that went to the other tenant would be seen. */
  readonly parity: 0 | 1;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The client goes away so soon. */
  readonly abortAfterMs?: number;
}

type Seen = { readonly status: number; readonly text: string } | 'aborted';

const REQUESTS = 10_000;
const AT_ONCE = 8;
const PRICE = 2_000;

let service: TestService;
let sides: readonly [Side, Side];

beforeAll(async () => {
  // One connection, so that both tenants take turns on it.
  service = await startTestService({ DATABASE_POOL_MAX: '1' });
  sides = [await openSide(0), await openSide(1)];
});
afterAll(() => service?.[Symbol.asyncDispose]());

test('two tenants on one connection never cross, with aborts, errors, time-outs and lost connections', async () => {
  const seen: Seen[] = [];
  const crossings: unknown[] = [];
  let next = 0;
  const client = async () => {
    for (let index = next++; index < REQUESTS; index = next++) {
      const [own, other] = index % 2 === 0 ? sides : [sides[1], sides[0]];
      const request = requestOf(index, { own, other });
      const answer = await disturbed(index, own, () => send(own, request));
      seen.push(answer);
      if (answer === 'aborted') continue;
      const sent = JSON.stringify(request);
      const foreign = wordsOf(other).filter((word) => answer.text.includes(word) && !sent.includes(word));
      if (foreign.length > 0) crossings.push({ index, request, foreign });
      if (request.path === '/v2/books' && answer.status === 200) {
        const ids = (JSON.parse(answer.text).items as { id: string }[]).map(({ id }) => id).sort();
        if (ids.join() !== own.tenant.bookIds.toSorted().join()) crossings.push({ index, request, ids });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));

  expect(crossings).toEqual([]);
  const rows = await service.database.query<{ tenant_id: string; parity: number }>(
    'SELECT DISTINCT tenant_id, price_cents % 2 AS parity FROM books ORDER BY parity',
  );
  expect(rows).toEqual(sides.map(({ tenant, parity }) => ({ tenant_id: tenant.id, parity })));

  // Otherwise nothing would have been tried.
  const count = (is: (one: Seen) => boolean) => seen.filter(is).length;
  const withStatus = (...statuses: number[]) => count((one) => one !== 'aborted' && statuses.includes(one.status));
  expect(seen).toHaveLength(REQUESTS);
  expect(count((one) => one === 'aborted')).toBeGreaterThan(50);
  expect(withStatus(200, 201)).toBeGreaterThan(REQUESTS / 3);
  expect(withStatus(404, 412, 422)).toBeGreaterThan(100);
  expect(withStatus(503)).toBeGreaterThan(1);
  expect(withStatus(500)).toBe(0);
}, 180_000);

/** Of ten, two whose client goes away, three that fail inside of their transaction, and five that succeed. */
function requestOf(index: number, { own, other }: { own: Side; other: Side }): Request {
  // Pairs, because tenants alternate.
  const turn = Math.floor(index / 2);
  const [first, second] = own.tenant.bookIds;
  const list = { method: 'GET', path: '/v2/books' };
  const book = (id: string | undefined) => `/v2/books/${id}`;
  const priceCents = PRICE + own.parity + 2 * (turn % 50);
  const order = (...bookIds: (string | undefined)[]) => ({
    method: 'POST',
    path: '/v2/orders',
    headers: { 'idempotency-key': randomUUID() },
    body: { lines: bookIds.map((bookId) => ({ bookId, quantity: 1 })) },
  });
  switch (turn % 10) {
    case 0:
    case 1:
      return { ...list, abortAfterMs: turn % 7 };
    case 2:
      return { method: 'GET', path: book(other.tenant.bookIds[0]) };
    case 3:
      return order(first, other.tenant.bookIds[1]);
    case 4:
      return { method: 'PATCH', path: book(first), headers: { 'if-match': '"999999"' }, body: { priceCents } };
    case 5:
      return { method: 'PATCH', path: book(first), body: { priceCents } };
    case 6:
      return order(second);
    case 7:
      return { method: 'GET', path: book(second) };
    case 8:
      return { method: 'GET', path: '/v2/orders?limit=5' };
    default:
      return list;
  }
}

/** A few times the connection is lost under a request, or held up for longer than a statement may wait. */
async function disturbed(index: number, own: Side, work: () => Promise<Seen>): Promise<Seen> {
  if (index % 187 === 50) {
    const answer = work();
    await service.database.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'shelfwise'",
    );
    return await answer;
  }
  // A change of a book, by the order of requests above.
  if (index !== 610 && index !== 1_411) return await work();
  return await withClient(service.database.ownerUrl, async (holder) => {
    await holder.query(`BEGIN; SET LOCAL app.tenant_id = '${own.tenant.id}'; SELECT FROM books FOR UPDATE`);
    const answer = await work();
    await holder.query('ROLLBACK');
    return answer;
  });
}

async function send({ token }: Side, { method, path, headers, body, abortAfterMs }: Request): Promise<Seen> {
  const leaving = new AbortController();
  const timer = setTimeout(() => leaving.abort(), abortAfterMs ?? 20_000);
  try {
    const response = await fetch(new URL(path, service.url), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: leaving.signal,
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    if (abortAfterMs !== undefined && leaving.signal.aborted) return 'aborted';
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function openSide(parity: 0 | 1): Promise<Side> {
  const tenant = await service.createTenant();
  const mark = `mark-${tenant.id.slice(0, 8)}`;
  await service.database.query(
    'UPDATE books SET title = $2 || title, price_cents = $3::integer, stock = 100000 WHERE tenant_id = $1',
    [tenant.id, `${mark} `, PRICE + parity],
  );
  return { tenant, mark, parity, token: await service.signIn(tenant) };
}

function wordsOf({ tenant, mark }: Side): readonly string[] {
  return [tenant.id, tenant.slug, mark, ...tenant.bookIds];
}
