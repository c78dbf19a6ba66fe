import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../testing/test-database.ts';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';

let service: TestService;
let mine: TestTenant;
let theirs: TestTenant;
let token: string;

beforeAll(async () => {
  // One connection, so that both tenants take turns on it.
  service = await startTestService({ DATABASE_POOL_MAX: '1' });
  [mine, theirs] = [await service.createTenant(), await service.createTenant()];
  token = await service.signIn(mine);
});
afterAll(() => service?.[Symbol.asyncDispose]());

/** An order of the tenant with a payment, a dead letter and an event: one row in every table that orders need. */
async function orderOf(tenant: TestTenant): Promise<string> {
  const as = await service.signIn(tenant);
  const headers = { 'idempotency-key': 'the-same-for-both' };
  const body = { lines: [{ bookId: tenant.bookIds[2], quantity: 1 }] };
  const { json } = await service.request('/v2/orders', { method: 'POST', token: as, headers, body });
  const values = [tenant.id, json.id];
  await service.database.query(
    `INSERT INTO payments (tenant_id, order_id, charge_id, amount_cents, charged_at)
     VALUES ($1, $2, gen_random_uuid()::text, 1, now()) ON CONFLICT DO NOTHING`,
    values,
  );
  await service.database.query(
    `INSERT INTO dead_letters (tenant_id, id, kind, order_id, reason, attempts, last_error, request_id)
     VALUES ($1, $2, 'order.placed', $2, 'exhausted', 8, 'Secret words', 'request') ON CONFLICT DO NOTHING`,
    values,
  );
  return json.id;
}

const ORDER_TABLES = ['orders', 'order_lines', 'payments', 'outbox_events', 'dead_letters'];

const foreignPath = () => `/v2/books/${theirs.bookIds[0]}`;

test('a book of another tenant does not exist, also right after its owner has read it', async () => {
  const owner = await service.signIn(theirs);
  expect((await service.request(foreignPath(), { token: owner })).status).toBe(200);
  const answer = await service.request(foreignPath(), { token });
  expect(answer).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
  expect(answer.text).not.toContain('Title');
});

test('another tenant’s entity tag is not confirmed', async () => {
  const answer = await service.request(foreignPath(), { token, headers: { 'if-none-match': '"1"' } });
  expect(answer.status).toBe(404);
});

test('a book of another tenant cannot be changed', async () => {
  const owner = await service.signIn(theirs);
  const { json: before } = await service.request(foreignPath(), { token: owner });
  for (const headers of [{}, { 'if-match': '"1"' }]) {
    const answer = await service.request(foreignPath(), { method: 'PATCH', token, headers, body: { priceCents: 1 } });
    expect(answer).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
  }
  const [row] = await service.database.query('SELECT price_cents FROM books WHERE id = $1', [theirs.bookIds[0]]);
  expect(row).toEqual({ price_cents: before.priceCents });
  expect((await service.request(foreignPath(), { token: owner })).json).toEqual(before);
});

test('lists, searches and cursors of another tenant show own books only', async () => {
  const owner = await service.signIn(theirs);
  const { json: page } = await service.request('/v2/books?limit=1', { token: owner });
  for (const query of ['', '?q=Title', `?cursor=${page.nextCursor}`]) {
    const { json } = await service.request(`/v2/books${query}`, { token });
    const ids = json.items.map((item: { id: string }) => item.id);
    expect(ids.every((id: string) => mine.bookIds.includes(id))).toBe(true);
  }
});

test('an order and a dead letter of another tenant do not exist, to read or to decide about', async () => {
  const id = await orderOf(theirs);
  const body = { reason: 'Not mine' };
  const answers = [
    await service.request(`/v2/orders/${id}`, { token }),
    await service.request(`/v2/dead-letters/${id}`, { token }),
    await service.request(`/v2/dead-letters/${id}/redrive`, { method: 'POST', token }),
    await service.request(`/v2/dead-letters/${id}/dismiss`, { method: 'POST', token, body }),
  ];
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
    expect(answer.text).not.toContain('Secret');
  }
  const [letter] = await service.database.query('SELECT status FROM dead_letters WHERE id = $1', [id]);
  expect(letter).toEqual({ status: 'open' });
});

test('a book of another tenant cannot be ordered, and its stock stays', async () => {
  const stock = () => service.database.query('SELECT stock, version FROM books WHERE id = $1', [theirs.bookIds[1]]);
  const before = await stock();
  const headers = { 'idempotency-key': 'foreign' };
  const lines = [mine.bookIds[1], theirs.bookIds[1]].map((bookId) => ({ bookId, quantity: 1 }));
  const answer = await service.request('/v2/orders', { method: 'POST', token, headers, body: { lines } });
  expect(answer).toMatchObject({ status: 422, json: { code: 'BOOK_UNKNOWN' } });
  expect(await stock()).toEqual(before);
});

test('the same idempotency key in two tenants is two keys', async () => {
  const [own, foreign] = [await orderOf(mine), await orderOf(theirs)];
  expect(own).not.toBe(foreign);
  expect(await orderOf(mine)).toBe(own);
});

test('lists of orders and dead letters show own ones only, with a cursor of another tenant too', async () => {
  const [own, owner] = [await orderOf(mine), await service.signIn(theirs)];
  await orderOf(theirs);
  const late = Buffer.from(JSON.stringify(['2999-01-01T00:00:00.000Z', theirs.id])).toString('base64url');
  for (const list of ['/v2/orders', '/v2/dead-letters']) {
    for (const query of ['', `?cursor=${late}`]) {
      const { json } = await service.request(list + query, { token });
      expect(json.items.map((item: { id: string }) => item.id)).toEqual([own]);
      expect((await service.request(list + query, { token: owner })).json.items).toHaveLength(1);
    }
  }
});

test('a tenant named in header, query or body is ignored', async () => {
  const headers = { 'x-tenant-id': theirs.id, 'x-tenant': theirs.slug };
  const { json } = await service.request(`/v2/books?tenant=${theirs.id}`, { token, headers });
  expect(json.items.map((item: { id: string }) => item.id).sort()).toEqual(mine.bookIds.toSorted());
});

test('a member of one tenant cannot sign in to another', async () => {
  const body = { tenant: theirs.slug, email: `admin@${mine.slug}.example`, password: 'correct horse battery staple' };
  expect((await service.request('/v2/auth/token', { method: 'POST', body })).status).toBe(401);
});

test('two tenants that take turns on one connection never see each other’s books', async () => {
  const owner = await service.signIn(theirs);
  const lists = await Promise.all(
    Array.from({ length: 60 }, (_, index) => service.request('/v2/books', { token: index % 2 ? token : owner })),
  );
  for (const [index, { json }] of lists.entries()) {
    const expected = index % 2 ? mine : theirs;
    expect(json.items.map((item: { id: string }) => item.id).sort()).toEqual(expected.bookIds.toSorted());
  }
});

test('every route answers 401 without a token, and so it does with one that is not ours', async () => {
  const routes = [
    ['GET', '/v2/books'],
    ['GET', foreignPath()],
    ['PATCH', foreignPath()],
    ['POST', '/v2/orders'],
    ['GET', '/v2/orders'],
    ['GET', `/v2/orders/${theirs.id}`],
    ['GET', '/v2/dead-letters'],
    ['GET', `/v2/dead-letters/${theirs.id}`],
    ['POST', `/v2/dead-letters/${theirs.id}/redrive`],
    ['POST', `/v2/dead-letters/${theirs.id}/dismiss`],
  ] as const;
  for (const [method, path] of routes) {
    for (const headers of [{}, { authorization: 'Bearer a.b.c' }, { authorization: 'Basic YTpi' }]) {
      const answer = await service.request(path, { method, headers });
      expect(answer).toMatchObject({ status: 401, json: { code: 'UNAUTHENTICATED' } });
    }
  }
});

test('the application sees no row and writes none without a tenant', async () => {
  await withClient(service.database.appUrl, async (client) => {
    expect((await client.query('SELECT current_user AS name')).rows).toEqual([{ name: 'shelfwise_app' }]);
    // Twice: a setting that was once set in this session reads as '' afterwards.
    for (const sql of ['SELECT 1', `BEGIN; SET LOCAL app.tenant_id = '${mine.id}'; COMMIT`]) {
      await client.query(sql);
      expect((await client.query('SELECT * FROM books')).rowCount).toBe(0);
      expect((await client.query('SELECT * FROM users')).rowCount).toBe(0);
      expect((await client.query('UPDATE books SET stock = 0')).rowCount).toBe(0);
      expect((await client.query('DELETE FROM books')).rowCount).toBe(0);
      for (const table of ORDER_TABLES) {
        expect((await client.query(`SELECT * FROM ${table}`)).rowCount).toBe(0);
        await expect(client.query(`DELETE FROM ${table}`)).rejects.toThrow('permission denied');
      }
      expect((await client.query("UPDATE orders SET status = 'paid'")).rowCount).toBe(0);
      expect((await client.query("UPDATE dead_letters SET status = 'dismissed'")).rowCount).toBe(0);
      expect((await client.query('UPDATE outbox_events SET published_at = now()')).rowCount).toBe(0);
    }
  });
});

test('across tenants only events and open dead letters are seen, and only the publication of an event is changed', async () => {
  await orderOf(mine);
  await orderOf(theirs);
  await withClient(service.database.appUrl, async (client) => {
    await client.query("BEGIN; SET LOCAL app.across_tenants = 'on'");
    const count = async (table: string) => (await client.query(`SELECT * FROM ${table}`)).rowCount;
    for (const table of ['users', 'books', 'orders', 'order_lines', 'payments']) expect(await count(table)).toBe(0);
    expect(await count('outbox_events')).toBe(2);
    expect(await count('dead_letters')).toBe(2);
    expect((await client.query("UPDATE dead_letters SET status = 'dismissed'")).rowCount).toBe(0);
    expect((await client.query('UPDATE outbox_events SET published_at = now()')).rowCount).toBe(2);
    expect((await client.query('UPDATE outbox_events SET published_at = NULL')).rowCount).toBe(0);
    const forge = client.query("UPDATE outbox_events SET payload = '{}'");
    await expect(forge).rejects.toThrow('permission denied');
    await client.query('ROLLBACK');
  });
});

test('the application cannot write an event or a payment for another tenant', async () => {
  const id = await orderOf(theirs);
  for (const sql of [
    `INSERT INTO outbox_events (id, tenant_id, kind, payload) VALUES (gen_random_uuid(), '${theirs.id}', 'order.placed', '{}')`,
    `INSERT INTO payments (tenant_id, order_id, charge_id, amount_cents, charged_at) VALUES ('${theirs.id}', '${id}', 'ch', 1, now())`,
  ]) {
    await withClient(service.database.appUrl, async (client) => {
      await client.query(`BEGIN; SET LOCAL app.tenant_id = '${mine.id}'`);
      await expect(client.query(sql)).rejects.toThrow('row-level security');
    });
  }
});

test('the application cannot put a book into another tenant', async () => {
  await withClient(service.database.appUrl, async (client) => {
    await client.query(`BEGIN; SET LOCAL app.tenant_id = '${mine.id}'`);
    const move = client.query('UPDATE books SET tenant_id = $1', [theirs.id]);
    await expect(move).rejects.toThrow('row-level security');
  });
});

test('every table with a tenant has forced row-level security, for its owner too', async () => {
  const tables = await service.database.query<{ name: string; safe: boolean }>(`
    SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS safe
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace`);
  expect(tables.length).toBeGreaterThan(0);
  expect(tables.filter(({ safe }) => !safe)).toEqual([]);
});

test('the application role is neither a superuser, nor exempt from policies, nor an owner', async () => {
  const [role] = await service.database.query(`
    SELECT rolsuper, rolbypassrls, EXISTS (SELECT FROM pg_class WHERE relowner = r.oid) AS owns
    FROM pg_roles AS r WHERE rolname = 'shelfwise_app'`);
  expect(role).toEqual({ rolsuper: false, rolbypassrls: false, owns: false });
});
