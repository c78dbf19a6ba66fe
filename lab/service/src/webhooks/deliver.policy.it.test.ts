import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ReceivedMessage, Reception } from '../testing/test-receiver.ts';
import { startTestWebhookWorker, type TestWebhookWorker } from '../testing/test-webhook-worker.ts';
import { startWebhookSite, type WebhookShop, type WebhookSite } from '../testing/test-webhooks.ts';

let site: WebhookSite;
let workers: readonly TestWebhookWorker[];
let own: WebhookShop;

beforeAll(async () => {
  site = await startWebhookSite();
  // The breaker would hide the pauses between attempts.
  const environment = { ...site.environment, WEBHOOK_BREAKER_FAILURES: '100', WEBHOOK_SUSPEND_FAILURES: '100' };
  workers = [startTestWebhookWorker(environment), startTestWebhookWorker(environment)];
});
afterAll(async () => {
  for (const worker of workers ?? []) await worker[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  own = await site.openShop();
});

const refuse = (status: number, headers = {}): Reception => ({ kind: 'answer', status, headers, body: 'No, thanks.' });
const linesOf = (requestId: string) =>
  workers.flatMap(({ logs }) => logs.filter(({ fields }) => fields.requestId === requestId));

function verify(secret: string, { body, headers }: ReceivedMessage): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}

test('an order is told once, signed, under the id of its request', async () => {
  const { id: endpointId, secret } = await own.subscribe('/told');
  const orderId = await own.shop.place('request-of-a-clerk');
  const [delivery] = await own.becomes('delivered');
  const received = site.receiver.receivedAt('/told');
  expect(received).toHaveLength(1);
  const [message] = received as [ReceivedMessage];
  expect(verify(secret, message)).toMatchObject({ type: 'order.placed', data: { orderId, totalCents: 1_001 } });
  expect(message.id).toBe(delivery?.eventId);
  expect(message.headers['x-request-id']).toBe('request-of-a-clerk');
  expect(delivery).toMatchObject({ attempts: 1, lastStatus: 204, lastError: null, deliveredAt: expect.any(String) });
  const names = { tenant: own.tenantId, endpointId, deliveryId: delivery?.id, eventId: delivery?.eventId };
  await expect
    .poll(() => linesOf('request-of-a-clerk'))
    .toMatchObject([{ level: 'info', fields: { ...names, outcome: 'delivered', attempt: 1, status: 204 } }]);
});

test('a hundred orders in a row are told once each by two workers', async () => {
  await own.subscribe('/many', ['order.placed']);
  const ids: string[] = [];
  // More at once would have to wait for connections, and some be told to come again.
  for (let round = 0; round < 10; round += 1) {
    ids.push(...(await Promise.all(Array.from({ length: 10 }, () => own.shop.place()))));
  }
  await own.becomes('delivered', 100);
  const told = site.receiver.receivedAt('/many').map(({ body }) => JSON.parse(body).data.orderId);
  expect(told.toSorted()).toEqual(ids.toSorted());
});

test('an attempt that failed is repeated under the same id, with a signature of its own', async () => {
  const { secret } = await own.subscribe('/flaky');
  site.receiver.behave('/flaky', [refuse(503), { kind: 'close' }, { kind: 'hang' }]);
  await own.shop.place();
  const [delivery] = await own.becomes('delivered');
  expect(delivery?.attempts).toBe(4);
  const received = site.receiver.receivedAt('/flaky');
  expect(received).toHaveLength(4);
  expect(new Set(received.map(({ id }) => id)).size).toBe(1);
  expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  for (const message of received) verify(secret, message);
  const times = received.map(({ headers }) => Number(headers['webhook-timestamp']));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test.each([400, 401, 404, 413, 422])('a refusal with %i is final: one attempt, one dead delivery', async (status) => {
  await own.subscribe(`/refused-${status}`, ['order.placed']);
  site.receiver.behave(`/refused-${status}`, [refuse(status)]);
  await own.shop.place();
  const dead = await own.becomes('dead');
  const expected = { deadReason: 'refused', attempts: 1, lastStatus: status, lastResponse: 'No, thanks.' };
  expect(dead).toMatchObject([{ ...expected, lastError: `The endpoint answered ${status}.` }]);
  expect(site.receiver.receivedAt(`/refused-${status}`)).toHaveLength(1);
});

test.each([302, 408, 409, 425, 429, 500, 502, 503, 504])('%i is tried again', async (status) => {
  await own.subscribe(`/again-${status}`, ['order.placed']);
  site.receiver.behave(`/again-${status}`, [refuse(status, { location: site.receiver.urlOf('/elsewhere') })]);
  await own.shop.place();
  expect(await own.becomes('delivered')).toMatchObject([{ attempts: 2 }]);
  expect(site.receiver.receivedAt('/elsewhere')).toEqual([]);
});

test('410 disables the endpoint: nothing more is sent or kept for it', async () => {
  const { id } = await own.subscribe('/gone', ['order.placed']);
  site.receiver.behave('/gone', [refuse(410)]);
  await own.shop.place();
  expect(await own.becomes('dead')).toMatchObject([{ deadReason: 'gone', attempts: 1 }]);
  expect(await own.endpoint(id)).toMatchObject({ status: 'disabled', statusReason: 'gone' });
  await own.shop.place();
  expect(await own.deliveries()).toHaveLength(1);
  expect((await own.request('POST', `/v2/webhook-endpoints/${id}/resume`)).json.status).toBe('active');
  await own.shop.place();
  await own.becomes('delivered');
});

test('Retry-After is honoured, by all that goes to the endpoint', async () => {
  await own.subscribe('/later', ['order.placed']);
  site.receiver.behave('/later', [refuse(429, { 'retry-after': '1' })]);
  await own.shop.place();
  await expect.poll(() => site.receiver.receivedAt('/later').length).toBe(1);
  await own.becomes('pending');
  await own.shop.place();
  await own.becomes('delivered', 2);
  const [refused, ...others] = site.receiver.receivedAt('/later');
  expect(others).toHaveLength(2);
  for (const { atMs } of others) {
    expect(atMs - (refused?.atMs ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect(atMs - (refused?.atMs ?? 0)).toBeLessThan(5_000);
  }
});

test('after the last attempt the delivery waits for a person, and a redrive brings it under the same id', async () => {
  await own.subscribe('/exhausted', ['order.placed']);
  site.receiver.behave('/exhausted', [], refuse(500));
  await own.shop.place();
  const [dead] = await own.becomes('dead');
  expect(dead).toMatchObject({ deadReason: 'exhausted', attempts: 4, lastStatus: 500 });
  site.receiver.behave('/exhausted', []);
  const redrive = () => own.request('POST', `/v2/webhook-deliveries/${dead?.id}/redrive`);
  expect((await Promise.all([redrive(), redrive(), redrive()])).map(({ status }) => status)).toEqual([202, 202, 202]);
  await own.becomes('delivered');
  expect((await redrive()).json.status).toBe('delivered');
  const received = site.receiver.receivedAt('/exhausted');
  expect(received).toHaveLength(5);
  expect(new Set(received.map(({ id }) => id)).size).toBe(1);
});

test('while a secret changes, a message verifies with the old and with the new one', async () => {
  const { id, secret: old } = await own.subscribe('/rotated', ['order.placed']);
  const { secret } = (await own.request('POST', `/v2/webhook-endpoints/${id}/rotate-secret`)).json;
  await own.shop.place();
  await own.becomes('delivered');
  const [message] = site.receiver.receivedAt('/rotated') as [ReceivedMessage];
  for (const one of [old, secret]) verify(one, message);
  await site.service.database.query('UPDATE webhook_endpoints SET previous_secret_until = now() WHERE id = $1', [id]);
  await own.shop.place();
  await own.becomes('delivered', 2);
  const [, second] = site.receiver.receivedAt('/rotated') as [ReceivedMessage, ReceivedMessage];
  verify(secret, second);
  expect(() => verify(old, second)).toThrow('No matching signature');
});

test('an address that is not public is not called, whoever stored it', async () => {
  const { id } = await own.subscribe('/stored', ['order.placed']);
  const url = site.receiver.urlOf('/stored').replace('127.0.0.1', '127.0.0.2');
  await site.service.database.query('UPDATE webhook_endpoints SET url = $2 WHERE id = $1', [id, url]);
  await own.shop.place();
  const [dead] = await own.becomes('dead');
  expect(dead?.lastError).toBe('The URL of the endpoint must lead to a public address.');
  expect(site.receiver.receivedAt('/stored')).toEqual([]);
});

test('an endpoint that is deleted while it is being called takes nothing with it but its own', async () => {
  const { id } = await own.subscribe('/deleted', ['order.placed']);
  site.receiver.behave('/deleted', [{ kind: 'hold' }]);
  await own.shop.place('to-be-deleted');
  await expect.poll(() => site.receiver.receivedAt('/deleted').length).toBe(1);
  expect((await own.request('DELETE', `/v2/webhook-endpoints/${id}`)).status).toBe(204);
  site.receiver.release();
  await expect.poll(() => linesOf('to-be-deleted')).toMatchObject([{ fields: { outcome: 'lost' } }]);
  expect(await own.deliveries()).toEqual([]);
});

test('metrics tell of attempts by outcome, and of no tenant but those that have something waiting', async () => {
  await own.subscribe('/measured', ['order.placed']);
  await own.shop.place();
  await own.becomes('delivered');
  const text = (await Promise.all(workers.map((worker) => worker.metrics()))).join('');
  expect(text).toMatch(/webhook_attempts_total\{outcome="delivered"\} [1-9]/);
  expect(text).toMatch(/webhook_attempt_duration_seconds_count\{outcome="delivered"\} [1-9]/);
  expect(text).toMatch(/webhook_deliveries\{state="waiting"\} \d/);
  expect(text).not.toContain(own.tenantId);
});
