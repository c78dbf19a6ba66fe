import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPaymentRepository, type PaymentRepository } from '../payments/payment-repository.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createPool, type Pool } from '../platform/postgres.ts';
import { createTenantDatabase } from '../platform/tenant-transaction.ts';
import { recordingLog } from '../testing/recording-log.ts';
import { withClient } from '../testing/test-database.ts';
import { startWebhookSite, type WebhookShop, type WebhookSite } from '../testing/test-webhooks.ts';

let site: WebhookSite;
let pool: Pool;
let payments: PaymentRepository;

beforeAll(async () => {
  site = await startWebhookSite();
  pool = createPool({ url: site.service.database.appUrl, max: 2, name: 'test', log: recordingLog([]) });
  payments = createPaymentRepository(createTenantDatabase({ pool, metrics: createMetrics() }));
});
afterAll(async () => {
  await pool?.end();
  await site?.[Symbol.asyncDispose]();
});

const contextOf = ({ tenantId }: WebhookShop) => ({ tenantId, requestId: 'worker', usage: { queries: 0 } });
const told = async (own: WebhookShop) =>
  (await own.deliveries()).map(({ endpointId, eventType }) => [endpointId, eventType]).toSorted();

function pay(own: WebhookShop, orderId: string) {
  const charge = { id: randomUUID(), amountCents: 1_001, createdAt: new Date().toISOString() };
  return payments.recordCharge(contextOf(own), orderId, charge);
}

async function decline(own: WebhookShop, orderId: string): Promise<void> {
  const due = await payments.findDue(contextOf(own), orderId);
  if (!due) throw new Error('The order is not due.');
  const letter = { id: randomUUID(), kind: 'order.placed', orderId, reason: 'declined', attempts: 1 } as const;
  await payments.recordDecline(contextOf(own), due, { ...letter, lastError: 'No money.', requestId: 'worker' });
}

test('an order that is placed is told to every endpoint that wants it, as one event', async () => {
  const own = await site.openShop();
  const [one, two] = [await own.subscribe('/one'), await own.subscribe('/two', ['order.placed'])];
  await own.subscribe('/three', ['order.paid']);
  const orderId = await own.shop.place('request-of-a-clerk');
  expect(await told(own)).toEqual(
    [
      [one.id, 'order.placed'],
      [two.id, 'order.placed'],
    ].toSorted(),
  );
  const [first, second] = await own.deliveries();
  expect(first?.eventId).toBe(second?.eventId);
  expect(first).toMatchObject({
    status: 'pending',
    attempts: 0,
    requestId: 'request-of-a-clerk',
    payload: {
      type: 'order.placed',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      data: { orderId, status: 'placed', totalCents: 1_001, currency: 'EUR' },
    },
  });
});

test('payment and decline are told once, however often they are recorded', async () => {
  const own = await site.openShop();
  const endpoint = await own.subscribe('/settled', ['order.paid', 'order.payment-failed']);
  const [paid, failed] = [await own.shop.place(), await own.shop.place()];
  expect(await Promise.all([pay(own, paid), pay(own, paid)])).toContain('recorded');
  await decline(own, failed);
  expect(await pay(own, failed)).toBe('too-late');
  expect(await told(own)).toEqual([
    [endpoint.id, 'order.paid'],
    [endpoint.id, 'order.payment-failed'],
  ]);
});

test('an order that costs nothing is placed and paid at once', async () => {
  const own = await site.openShop();
  const endpoint = await own.subscribe('/free');
  await site.service.database.query('UPDATE books SET price_cents = 0 WHERE tenant_id = $1', [own.tenantId]);
  await own.shop.place();
  expect(await told(own)).toEqual([
    [endpoint.id, 'order.paid'],
    [endpoint.id, 'order.placed'],
  ]);
});

test('an order that was refused, or placed before, is not told', async () => {
  const own = await site.openShop();
  await own.subscribe('/nothing');
  const place = (quantity: number) =>
    site.service.request('/v2/orders', {
      method: 'POST',
      token: own.shop.token,
      headers: { 'idempotency-key': 'the-same' },
      body: { lines: [{ bookId: own.shop.tenant.bookIds[0], quantity }] },
    });
  await site.service.database.query('UPDATE books SET stock = 5 WHERE tenant_id = $1', [own.tenantId]);
  expect((await place(6)).status).toBe(409);
  expect(await told(own)).toEqual([]);
  expect((await Promise.all([place(2), place(2), place(2)])).map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(await told(own)).toHaveLength(1);
});

test('a suspended endpoint is told later, a disabled one never', async () => {
  const own = await site.openShop();
  const [suspended, disabled] = [await own.subscribe('/suspended'), await own.subscribe('/disabled')];
  await own.request('POST', `/v2/webhook-endpoints/${suspended.id}/suspend`);
  await site.service.database.query(
    "UPDATE webhook_endpoints SET status = 'disabled', status_reason = 'gone' WHERE id = $1",
    [disabled.id],
  );
  await own.shop.place();
  expect(await told(own)).toEqual([[suspended.id, 'order.placed']]);
});

test('no other shop is told, and without an endpoint nothing is kept', async () => {
  const [own, other] = [await site.openShop(), await site.openShop()];
  await other.subscribe('/other');
  await own.shop.place();
  expect(await other.deliveries()).toEqual([]);
  const events = 'SELECT 1 FROM webhook_events WHERE tenant_id = $1';
  expect(await site.service.database.query(events, [own.tenantId])).toEqual([]);
});

test('rows that are loaded in bulk are no news', async () => {
  const own = await site.openShop();
  await own.subscribe('/bulk');
  await site.service.database.query(
    `INSERT INTO orders (tenant_id, id, idempotency_key, request_hash, status, total_cents, currency, request_id)
     SELECT $1, gen_random_uuid(), n::text, 'hash', 'placed', 100, 'EUR', 'seed' FROM generate_series(1, 10) AS n`,
    [own.tenantId],
  );
  await site.service.database.query("UPDATE orders SET status = 'paid' WHERE tenant_id = $1", [own.tenantId]);
  expect(await own.deliveries()).toEqual([]);
});

test('one delivery for each event and endpoint is all that the database takes', async () => {
  const own = await site.openShop();
  await own.subscribe('/once');
  await own.shop.place();
  const again = `INSERT INTO webhook_deliveries (tenant_id, event_id, endpoint_id, request_id)
    SELECT tenant_id, event_id, endpoint_id, 'again' FROM webhook_deliveries WHERE tenant_id = $1`;
  await expect(site.service.database.query(again, [own.tenantId])).rejects.toThrow('duplicate key');
});

test('whoever places orders does not wait for a worker that has an endpoint in hand', async () => {
  const own = await site.openShop();
  const { id } = await own.subscribe('/locked');
  await withClient(site.service.database.ownerUrl, async (holder) => {
    await holder.query(`BEGIN; SET LOCAL app.tenant_id = '${own.tenantId}'`);
    await holder.query('SELECT FROM webhook_endpoints WHERE id = $1 FOR NO KEY UPDATE', [id]);
    await holder.query('SELECT FROM webhook_turns FOR UPDATE');
    const startedAtMs = performance.now();
    await own.shop.place();
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
    await holder.query('ROLLBACK');
  });
});

test('an order waits for whoever deletes an endpoint, and does not fail because of it', async () => {
  const own = await site.openShop();
  const [going, stays] = [await own.subscribe('/going'), await own.subscribe('/stays')];
  await withClient(site.service.database.ownerUrl, async (holder) => {
    await holder.query(`BEGIN; SET LOCAL app.tenant_id = '${own.tenantId}'`);
    await holder.query('DELETE FROM webhook_endpoints WHERE id = $1', [going.id]);
    const placed = own.shop.place();
    const waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INTO orders%'";
    await expect.poll(async () => (await site.service.database.query(waiting)).length).toBe(1);
    await holder.query('COMMIT');
    await placed;
  });
  expect(await told(own)).toEqual([[stays.id, 'order.placed']]);
});

test('an endpoint with many deliveries is disabled before they are deleted, so that no order waits', async () => {
  const own = await site.openShop();
  const { id } = await own.subscribe('/going', ['order.placed']);
  await own.shop.place();
  await withClient(site.service.database.ownerUrl, async (holder) => {
    await holder.query(`BEGIN; SET LOCAL app.tenant_id = '${own.tenantId}'`);
    await holder.query('SELECT FROM webhook_deliveries WHERE endpoint_id = $1 FOR UPDATE', [id]);
    const removed = own.request('DELETE', `/v2/webhook-endpoints/${id}`);
    await expect.poll(async () => (await own.endpoint(id)).status).toBe('disabled');
    const startedAtMs = performance.now();
    await own.shop.place();
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
    await holder.query('ROLLBACK');
    expect((await removed).status).toBe(204);
  });
  expect(await own.deliveries()).toEqual([]);
});
