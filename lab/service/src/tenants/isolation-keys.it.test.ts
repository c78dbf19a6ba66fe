import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJobQueue } from '../jobs/job-queue.ts';
import { testQueueUrl, testRedisUrl } from '../testing/test-environment.ts';
import { startTestProvider } from '../testing/test-provider.ts';
import { startTestWorker } from '../testing/test-worker.ts';
import { parseIncomingKey } from '../uploads/upload-keys.ts';
import { type IsolatedShop, type IsolationSite, startIsolationSite } from './testing/isolation-site.ts';

let site: IsolationSite;
let redis: Redis;
let keysBefore: ReadonlySet<string>;
let shops: readonly [IsolatedShop, IsolatedShop];

beforeAll(async () => {
  redis = new Redis(testRedisUrl());
  keysBefore = new Set(await redis.keys('*'));
  site = await startIsolationSite();
  shops = [await site.openShop(), await site.openShop()];
});
afterAll(async () => {
  redis?.disconnect();
  await site?.[Symbol.asyncDispose]();
});

const newKeys = async () => (await redis.keys('*')).filter((key) => !keysBefore.has(key));

test('keys of the cache and of limits carry the tenant, but where nobody is known yet', async () => {
  for (const { token, things } of shops) {
    const page = `/v2/storefront/${things.slug}/books`;
    for (const path of [`/v2/books/${things.bookIds[0]}`, '/v2/books', '/v2/orders', page]) {
      expect((await site.service.request(path, { token })).status).toBe(200);
    }
  }
  const keys = await newKeys();
  const ids = shops.map(({ tenant }) => tenant.id);
  for (const id of ids) {
    expect(keys.filter((key) => key.startsWith(`book:{${id}:`))).not.toEqual([]);
    expect(keys.filter((key) => key.startsWith(`cache:{${id}}:`))).not.toEqual([]);
    expect(keys.filter((key) => key.startsWith(`limits:{tenant:${id}}:`))).not.toEqual([]);
  }
  // The directory leads from the public name of a shop to its id.
  const beforeTenant = /^(?:limits:\{(?:address|account):|cache:\{directory\}:)/;
  expect(keys.filter((key) => !beforeTenant.test(key) && !ids.some((id) => key.includes(id)))).toEqual([]);
});

test('the same address of a person in two shops is two accounts', async () => {
  const accounts = async () => (await newKeys()).filter((key) => key.startsWith('limits:{account:')).length;
  const before = await accounts();
  for (const { tenant } of shops) {
    const body = { tenant: tenant.slug, email: 'somebody@both.example', password: 'wrong' };
    expect((await site.service.request('/v2/auth/token', { method: 'POST', body })).status).toBe(401);
  }
  expect((await accounts()) - before).toBe(2);
});

test('the same idempotency key in two shops is two keys, each with an effect of its own', async () => {
  const headers = { 'idempotency-key': 'the-same-in-both' };
  const body = { isbn: '9999999999999', title: 'Twin', author: 'Twin', priceCents: 1, currency: 'EUR', stock: 1 };
  const ids: string[] = [];
  for (const { token } of shops) {
    const answer = await site.service.request('/v2/books', { method: 'POST', token, headers, body });
    expect({ status: answer.status, replayed: answer.headers.get('idempotent-replayed') }).toEqual({
      status: 201,
      replayed: null,
    });
    ids.push(answer.json.id);
  }
  expect(new Set(ids).size).toBe(2);
  const sql = 'SELECT tenant_id FROM idempotency_keys WHERE key = $1';
  const rows = await site.service.database.query<{ tenant_id: string }>(sql, [headers['idempotency-key']]);
  expect(rows.map((row) => row.tenant_id).sort()).toEqual(shops.map(({ tenant }) => tenant.id).sort());
});

test('a file is sent to a key of its own shop, and a form for it is good for no other one', async () => {
  const [own, other] = shops;
  const content = new Uint8Array(10);
  const body = { kind: 'image', contentType: 'image/png', bytes: content.length };
  const answer = await site.service.request('/v2/uploads', { method: 'POST', token: own.token, body });
  const { id: uploadId, form } = answer.json;
  expect(parseIncomingKey(form.fields.key)).toEqual({ tenantId: own.tenant.id, uploadId });
  const stolen = `incoming/${other.tenant.id}/${other.things.pendingUploadId}`;
  expect(await site.store.post(form, { fields: { key: stolen }, content })).toMatchObject({ status: 403 });
  expect(await site.store.post(form, { content })).toMatchObject({ status: 204 });
  expect((await site.store.list()).map(({ key }) => key)).toEqual([form.fields.key]);
  for (const { key } of await site.store.multiparts.listOpen('')) {
    const { tenantId, uploadId: id } = parseIncomingKey(key) ?? {};
    const found = await site.service.database.query('SELECT tenant_id FROM uploads WHERE id = $1', [id]);
    expect(found).toEqual([{ tenant_id: tenantId }]);
  }
});

test('every log line of a request names its shop, and no other one', async () => {
  const [own, other] = shops;
  const requestId = randomUUID();
  const headers = { 'x-request-id': requestId };
  const foreign = `/v2/books?q=${other.things.title}`;
  for (const path of ['/v2/books', '/v2/orders', '/v2/nothing', foreign]) {
    await site.service.request(path, { token: own.token, headers });
  }
  const lines = () => site.service.logs.filter(({ fields }) => fields.requestId === requestId);
  await expect.poll(() => lines().length).toBeGreaterThanOrEqual(4);
  for (const { message, fields } of lines()) {
    expect({ message, tenant: fields.tenant }).toEqual({ message, tenant: own.tenant.id });
    // What a customer searched for is not kept.
    expect(JSON.stringify(fields)).not.toMatch(new RegExp(`${other.tenant.id}|${other.things.title}`));
  }
});

test('a job that names an order of another shop does nothing', async () => {
  const [own, other] = shops;
  await using provider = await startTestProvider();
  const { database } = site.service;
  // Their own events would have the orders paid.
  await database.query('UPDATE outbox_events SET published_at = now()');
  const queuePrefix = randomUUID();
  await using worker = await startTestWorker({ database, provider, queuePrefix });
  const queue = createJobQueue({ url: testQueueUrl(), prefix: queuePrefix });
  const { orderId } = other.things;
  const deliver = (tenantId: string) =>
    queue.add([
      {
        eventId: randomUUID(),
        tenantId,
        kind: 'order.placed',
        payload: { orderId, requestId: 'forged', redriven: false },
      },
    ]);
  const outcomes = () =>
    worker.logs.filter(({ fields }) => fields.orderId === orderId).map(({ fields }) => fields.outcome);
  const before = await site.stateOf(other);
  try {
    await deliver(own.tenant.id);
    await expect.poll(outcomes, { timeout: 20_000 }).toEqual(['settled']);
    expect(provider.attemptsOf(orderId)).toEqual([]);
    expect(await site.stateOf(other)).toEqual(before);
    await deliver(other.tenant.id);
    await expect.poll(outcomes, { timeout: 20_000 }).toEqual(['settled', 'charged']);
  } finally {
    await queue.close();
  }
});
