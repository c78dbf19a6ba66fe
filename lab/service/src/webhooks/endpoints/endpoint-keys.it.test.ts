import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startWebhookSite, type WebhookShop, type WebhookSite } from '../../testing/test-webhooks.ts';

let site: WebhookSite;
let own: WebhookShop;

beforeAll(async () => {
  site = await startWebhookSite();
});
afterAll(() => site?.[Symbol.asyncDispose]());
beforeEach(async () => {
  own = await site.openShop();
});

const LIST = '/v2/webhook-endpoints';
const pathOf = (id: string, action = '') => `${LIST}/${id}${action}`;

test('a repeated request makes no second endpoint and no second secret, and is told the same one', async () => {
  const wish = { url: 'https://hooks.example.com/', eventTypes: ['order.paid'] };
  const key = randomUUID();
  const made = await own.request('POST', LIST, wish, { key });
  const again = await own.request('POST', LIST, wish, { key });
  expect(again).toMatchObject({ status: 201, json: made.json });
  expect(again.headers.get('location')).toBe(made.headers.get('location'));
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect((await own.request('GET', LIST)).json.items).toHaveLength(1);
  const other = await own.request('POST', LIST, { ...wish, url: 'https://other.example/' }, { key });
  expect(other).toMatchObject({ status: 422, json: { code: 'IDEMPOTENCY_KEY_REUSED' } });

  const path = pathOf(made.json.id, '/rotate-secret');
  const rotated = await own.request('POST', path, undefined, { key });
  expect(rotated.json.secret).not.toBe(made.json.secret);
  const twins = await Promise.all([1, 2, 3].map(() => own.request('POST', path, undefined, { key })));
  for (const twin of twins) {
    // While one of them is looked up, another one may be told to come back.
    if (twin.status === 409) expect(twin.json.code).toBe('IDEMPOTENCY_IN_FLIGHT');
    else expect(twin).toMatchObject({ status: 200, json: rotated.json });
  }
  expect(await own.endpoint(made.json.id)).toMatchObject({ updatedAt: rotated.json.updatedAt });
});

test('what is kept for a repeated request holds no secret that could be read', async () => {
  const { secret } = await own.subscribe('/kept');
  const [row] = await site.service.database.query<{ body: string }>(
    "SELECT body::text FROM idempotency_keys WHERE tenant_id = $1 AND route = 'POST /v2/webhook-endpoints'",
    [own.tenantId],
  );
  expect(row?.body).toContain('sealedSecret');
  expect(row?.body).not.toContain(secret.replace('whsec_', ''));
});

test('without a key nothing is made', async () => {
  const { token } = own.shop;
  const { id } = await own.subscribe('/keyless');
  const body = { url: 'https://hooks.example.com/', eventTypes: ['order.paid'] };
  for (const path of [LIST, pathOf(id, '/rotate-secret')]) {
    const answer = await site.service.request(path, { method: 'POST', token, body });
    expect(answer).toMatchObject({ status: 400, json: { code: 'IDEMPOTENCY_KEY_MISSING' } });
  }
  expect((await own.request('GET', LIST)).json.items).toHaveLength(1);
});
