import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';
import { QUERY_BUDGET } from './query-budget.ts';

let service: TestService;
let tenant: TestTenant;
let token: string;

beforeAll(async () => {
  service = await startTestService();
  tenant = await service.createTenant({ books: 100 });
  token = await service.signIn(tenant);
});
afterAll(() => service?.[Symbol.asyncDispose]());

/** What the log says that a request needed, after it succeeded. */
async function queriesOf(path: string, options: { method?: string; body?: unknown } = {}): Promise<number> {
  const requestId = randomUUID();
  const headers = { 'x-request-id': requestId, 'idempotency-key': requestId };
  const { status } = await service.request(path, { ...options, token, headers });
  expect(status).toBeLessThan(300);
  const line = () => service.logs.find(({ fields }) => fields.requestId === requestId && 'queries' in fields);
  await expect.poll(line).toBeDefined();
  return Number(line()?.fields.queries);
}

const place = (count: number) => {
  const lines = tenant.bookIds.slice(-count).map((bookId) => ({ bookId, quantity: 1 }));
  return queriesOf('/v2/orders', { method: 'POST', body: { lines } });
};

test('an order of fifty books needs as many statements as an order of one', async () => {
  const one = await place(1);
  expect((await place(50)) - one).toBeLessThanOrEqual(1);
  expect(one).toBeLessThanOrEqual(QUERY_BUDGET);
});

test.each(['/v2/books', '/v2/orders', '/v2/dead-letters'])(
  'a page of %s needs as many for a hundred as for one',
  async (path) => {
    const one = await queriesOf(`${path}?limit=1`);
    expect((await queriesOf(`${path}?limit=100`)) - one).toBeLessThanOrEqual(1);
    expect(one).toBeLessThanOrEqual(QUERY_BUDGET);
  },
);

test('requests over the budget are counted by their route, and there are none', async () => {
  const metrics = await (await fetch(`${service.internalUrl}/metrics`)).text();
  expect(metrics).toContain('http_requests_over_query_budget_total');
  expect(metrics).not.toMatch(/http_requests_over_query_budget_total\{/);
});
