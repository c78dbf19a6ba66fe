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

test('an endpoint is created, shown, changed and deleted', async () => {
  const wish = { url: 'https://hooks.example.com/shelfwise?key=1', eventTypes: ['order.paid'] };
  const created = await own.request('POST', LIST, wish);
  expect(created.status).toBe(201);
  const { secret, ...endpoint } = created.json;
  expect(created.headers.get('location')).toBe(pathOf(endpoint.id));
  expect(endpoint).toEqual({
    ...wish,
    id: expect.any(String),
    status: 'active',
    statusReason: null,
    consecutiveFailures: 0,
    previousSecretUntil: null,
    createdAt: expect.stringMatching(/Z$/),
    updatedAt: expect.stringMatching(/Z$/),
  });
  expect((await own.request('GET', pathOf(endpoint.id))).json).toEqual(endpoint);
  expect((await own.request('GET', LIST)).json).toEqual({ items: [endpoint] });

  const changed = await own.request('PATCH', pathOf(endpoint.id), { eventTypes: ['order.placed', 'order.paid'] });
  expect(changed.json).toMatchObject({ url: wish.url, eventTypes: ['order.placed', 'order.paid'] });
  expect((await own.request('PATCH', pathOf(endpoint.id), { url: 'https://other.example/' })).json).toMatchObject({
    url: 'https://other.example/',
    eventTypes: ['order.placed', 'order.paid'],
  });

  expect((await own.request('DELETE', pathOf(endpoint.id))).status).toBe(204);
  for (const [method, action] of [
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/suspend'],
    ['POST', '/resume'],
    ['POST', '/rotate-secret'],
  ] as const) {
    expect((await own.request(method, pathOf(endpoint.id, action))).status).toBe(404);
  }
});

test('a secret is shown once, has 32 bytes, and is stored encrypted', async () => {
  const { id, secret } = await own.subscribe('/secret');
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const shown = await own.request('GET', pathOf(id));
  expect(shown.text).not.toContain('whsec_');
  const [row] = await site.service.database.query<{ secret: Buffer }>(
    'SELECT secret FROM webhook_endpoints WHERE id = $1',
    [id],
  );
  const plain = Buffer.from(secret.replace('whsec_', ''), 'base64');
  expect(row?.secret.includes(plain)).toBe(false);
});

test('a new secret is another one, and the old one goes on for a while', async () => {
  const { id, secret } = await own.subscribe('/rotated');
  const { status, json } = await own.request('POST', pathOf(id, '/rotate-secret'));
  expect(status).toBe(200);
  expect(json.secret).not.toBe(secret);
  expect(Date.parse(json.previousSecretUntil) - Date.now()).toBeGreaterThan(50_000);
});

test('an endpoint is suspended and resumed, and twice is harmless', async () => {
  const { id } = await own.subscribe('/paused');
  for (const _ of [1, 2]) {
    const { status, json } = await own.request('POST', pathOf(id, '/suspend'));
    expect([status, json.status, json.statusReason]).toEqual([200, 'suspended', 'administrator']);
  }
  for (const _ of [1, 2]) {
    const { status, json } = await own.request('POST', pathOf(id, '/resume'));
    expect([status, json.status, json.statusReason]).toEqual([200, 'active', null]);
  }
});

test.each([
  [{ url: 'http://hooks.example.com/#part' }, 'url'],
  [{ url: 'https://10.0.0.1/' }, 'url'],
  [{ url: 'https://user:password@hooks.example.com/' }, 'url'],
  [{ url: 'nonsense' }, 'url'],
  [{ url: `https://hooks.example.com/${'x'.repeat(2_000)}` }, 'url'],
  [{ eventTypes: [] }, 'eventTypes'],
  [{ eventTypes: ['order.eaten'] }, 'eventTypes.0'],
  [{ eventTypes: ['order.paid', 'order.paid'] }, 'eventTypes'],
  [{ status: 'active' }, 'status'],
])('%j is refused', async (wrong, field) => {
  const sound = { url: 'https://hooks.example.com/', eventTypes: ['order.paid'] };
  const { status, json } = await own.request('POST', LIST, { ...sound, ...wrong });
  expect([status, json.code]).toEqual([400, 'INVALID_REQUEST']);
  expect(json.errors[0].field).toBe(field);
  const { id } = await own.subscribe('/sound');
  expect((await own.request('PATCH', pathOf(id), wrong)).status).toBe(400);
});

test('there are 20 at most, also of those that are created at the same time', async () => {
  const create = () => own.request('POST', LIST, { url: 'https://hooks.example.com/', eventTypes: ['order.paid'] });
  const answers = await Promise.all(Array.from({ length: 24 }, create));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
  expect(answers.find(({ status }) => status !== 201)).toMatchObject({
    status: 409,
    json: { code: 'ENDPOINT_LIMIT_REACHED' },
  });
});

test('another URL begins without the failures of the last one', async () => {
  const { id } = await own.subscribe('/failing');
  const fail =
    "UPDATE webhook_endpoints SET consecutive_failures = 7, not_before = now() + interval '1 hour' WHERE id = $1";
  await site.service.database.query(fail, [id]);
  expect((await own.request('PATCH', pathOf(id), { eventTypes: ['order.paid'] })).json.consecutiveFailures).toBe(7);
  const changed = await own.request('PATCH', pathOf(id), { url: 'https://other.example/' });
  expect(changed.json.consecutiveFailures).toBe(0);
});

test('what an endpoint was to be sent goes with it, and other endpoints keep theirs', async () => {
  const [gone, kept] = [await own.subscribe('/gone'), await own.subscribe('/kept')];
  await own.shop.place();
  expect(await own.deliveries()).toHaveLength(2);
  await own.request('DELETE', pathOf(gone.id));
  expect((await own.deliveries()).map(({ endpointId }) => endpointId)).toEqual([kept.id]);
});

test('an endpoint of another shop does not exist', async () => {
  const other = await site.openShop();
  const { id } = await other.subscribe('/other');
  for (const [method, action, body] of [
    ['GET', ''],
    ['PATCH', '', { eventTypes: ['order.paid'] }],
    ['DELETE', ''],
    ['POST', '/suspend'],
    ['POST', '/resume'],
    ['POST', '/rotate-secret'],
  ] as const) {
    expect(await own.request(method, pathOf(id, action), body)).toMatchObject({ status: 404 });
  }
  expect((await own.request('GET', LIST)).json).toEqual({ items: [] });
  expect(await other.endpoint(id)).toMatchObject({ status: 'active', eventTypes: expect.any(Array) });
});

test('an id that cannot exist is not found', async () => {
  for (const id of ['no-id', randomUUID()]) expect((await own.request('GET', pathOf(id))).status).toBe(404);
});
