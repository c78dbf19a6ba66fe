import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type IsolationSite, startIsolationSite } from '../tenants/testing/isolation-site.ts';
import { fillShops } from '../testing/large-shops.ts';
import type { TestService, TestTenant } from '../testing/test-service.ts';
import { QUERY_BUDGET } from './query-budget.ts';

let site: IsolationSite;
let service: TestService;
let tenant: TestTenant;
let token: string;

beforeAll(async () => {
  site = await startIsolationSite({ LIMITS_TIMEOUT_MS: '5000' });
  ({ service } = site);
  tenant = await service.createTenant({ books: 100 });
  token = await service.signIn(tenant);
});
afterAll(() => site?.[Symbol.asyncDispose]());

/** What the log says that a request needed, after it succeeded. */
async function queriesOf(
  path: string,
  options: { method?: string; body?: unknown; token?: string } = {},
): Promise<number> {
  const requestId = randomUUID();
  const headers = { 'x-request-id': requestId, 'idempotency-key': requestId };
  const { status } = await service.request(path, { token, ...options, headers });
  expect(status).toBeLessThan(300);
  const line = () => service.logs.find(({ fields }) => fields.requestId === requestId && 'queries' in fields);
  await expect.poll(line).toBeDefined();
  return Number(line()?.fields.queries);
}

const place = (count: number) => {
  const lines = tenant.bookIds.slice(-count).map((bookId) => ({ bookId, quantity: 1 }));
  return queriesOf('/v2/orders', { method: 'POST', body: { lines } });
};

/** A shop with so many of everything. */
async function shopOf(rows: number) {
  const other = await service.createTenant({ books: 0 });
  await fillShops(service.database, [{ tenantId: other.id, rows }]);
  return { tenant: other, token: await service.signIn(other) };
}

test('an order of fifty books needs as many statements as an order of one', async () => {
  const one = await place(1);
  expect((await place(50)) - one).toBeLessThanOrEqual(1);
  expect(one).toBeLessThanOrEqual(QUERY_BUDGET);
});

test.each(['/v2/books', '/v2/orders', '/v2/dead-letters', '/v2/uploads', '/v2/webhook-deliveries'])(
  'a page of %s needs as many for a hundred as for one',
  async (path) => {
    const large = await shopOf(100);
    expect((await service.request(`${path}?limit=100`, { token: large.token })).json.items).toHaveLength(100);
    const small = await queriesOf(`${path}?limit=1`, large);
    expect((await queriesOf(`${path}?limit=100`, large)) - small).toBeLessThanOrEqual(1);
    expect(small).toBeLessThanOrEqual(QUERY_BUDGET);
  },
);

test('all webhook endpoints of a shop need as many as one', async () => {
  const three = await shopOf(1);
  const one = await shopOf(1);
  await service.database.query(
    'DELETE FROM webhook_endpoints WHERE tenant_id = $1 AND id <> (SELECT min(id::text)::uuid FROM webhook_endpoints WHERE tenant_id = $1)',
    [one.tenant.id],
  );
  const path = '/v2/webhook-endpoints';
  expect((await service.request(path, { token: three.token })).json.items).toHaveLength(3);
  expect(await queriesOf(path, three)).toBe(await queriesOf(path, one));
});

test('a page of the storefront that is in no cache needs as many for twenty books as for one, and then none', async () => {
  const [many, one] = [await shopOf(100), await shopOf(1)];
  const listOf = ({ tenant: { slug } }: typeof one) => `/v2/storefront/${slug}/books`;
  const cold = await queriesOf(listOf(many));
  expect(cold).toBe(await queriesOf(listOf(one)));
  expect(cold).toBeGreaterThan(0);
  expect(cold).toBeLessThanOrEqual(QUERY_BUDGET);
  const { items } = (await service.request(listOf(many))).json;
  expect(items).toHaveLength(20);
  expect(await queriesOf(listOf(many))).toBe(0);
  expect(await queriesOf(`${listOf(many)}/${items[0].id}`)).toBe(1);
});

test('requests over the budget are counted by their route, and there are none', async () => {
  const metrics = await (await fetch(`${service.internalUrl}/metrics`)).text();
  expect(metrics).toContain('http_requests_over_query_budget_total');
  expect(metrics).not.toMatch(/http_requests_over_query_budget_total\{/);
});
