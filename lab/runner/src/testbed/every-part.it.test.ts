import { createHash } from 'node:crypto';
import { type RequestSpec, type SignedForm, stackParts } from '@lab/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWholeStack, type WholeStack } from '../testing/whole-stack.ts';

// The reference service itself: what is seen here came through its proxies, its forms and its workers.

let stack: WholeStack;
let token: string;

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const patience = { timeout: 20_000, interval: 50 };

beforeAll(async () => {
  stack = await startWholeStack();
  const account = { tenant: 'shop-05', email: 'admin@shop-05.example', password: 'shelfwise-dev' };
  const { body } = await ask('POST', '/v2/auth/token', { body: account });
  token = body.accessToken;
});
afterAll(async () => {
  const { run, pids } = { run: stack.testbed.run, pids: stack.testbed.parts.map(({ pid }) => pid) };
  await stack[Symbol.asyncDispose]();
  expect(await stack.leftovers(), run).toEqual([]);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

async function ask(method: RequestSpec['method'], path: string, more: Partial<RequestSpec> = {}) {
  const { operation, headers, body } = await stack.h.request({
    replica: 'api-1',
    client: 'somebody',
    kind: 'write',
    view: 'any',
    key: 'any',
    method,
    path,
    ...more,
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...more.headers },
  });
  // biome-ignore lint/suspicious/noExplicitAny: the test says what it expects.
  return { status: operation.status, headers, body: body as any };
}

async function announce(content: Uint8Array): Promise<{ id: string; form: SignedForm }> {
  const announced = { kind: 'image', contentType: 'image/png', bytes: content.length };
  const { status, body } = await ask('POST', '/v2/uploads', { body: announced });
  expect(status).toBe(201);
  return body;
}

test('every part runs, answers the lab, and stands behind a proxy for each process', async () => {
  const { testbed, started } = stack;
  expect(testbed.parts.map(({ part }) => part)).toEqual(stackParts);
  expect(started.toSorted()).toEqual(stackParts.toSorted());
  expect(new Set(testbed.parts.map(({ pid }) => pid)).size).toBe(stackParts.length);
  expect(testbed.canaries.map(({ part }) => part)).toEqual(stackParts);
  await Promise.all(testbed.canaries.map(({ ping }) => ping()));
  for (const dependency of ['redis-limits', 's3', 'scanner'] as const) {
    const doors = testbed.names.map((name) => testbed.proxyOf(name, dependency)?.port);
    expect(new Set(doors).size).toBe(3);
    expect(doors).not.toContain(undefined);
  }
});

test('requests are limited, and still answered by a replica that is cut off from where they are counted', async () => {
  const { h } = stack;
  const limited = await ask('GET', '/v2/books?limit=1');
  expect(limited.status).toBe(200);
  expect(Object.keys(limited.headers).filter((name) => name.startsWith('ratelimit'))).not.toEqual([]);
  const counted = await h.limits.count();
  expect(counted).toBeGreaterThan(0);
  // −1: a key without an end. A key in its last millisecond has 0.
  expect((await h.limits.keys(100)).filter(({ ttlMs }) => ttlMs < 0)).toEqual([]);
  await using _cut = await h.links.cut(['api-1'], 'redis-limits');
  expect((await ask('GET', '/v2/books?limit=1')).status).toBe(200);
  expect((await ask('GET', '/v2/books?limit=1', { replica: 'api-2' })).status).toBe(200);
});

test('a file goes by a signed form to the store, past every proxy, and becomes ready', async () => {
  const { h } = stack;
  const { id, form } = await announce(png);
  expect(form.url).toContain(stack.testbed.bucket?.url);
  const tampered = await h.objects.submit(form, Buffer.concat([png, png]));
  expect(tampered).toMatchObject({ status: 400, code: 'EntityTooLarge' });
  {
    await using _cut = await h.links.cut(['api-1', 'api-2', 'worker-1'], 's3');
    expect(await h.objects.submit(form, png)).toMatchObject({ status: 204 });
  }
  const [incoming] = await h.objects.list('incoming/');
  expect(incoming).toMatchObject({ key: form.fields['key'], bytes: png.length });
  expect((await ask('POST', `/v2/uploads/${id}/confirm`)).status).toBe(202);
  await expect.poll(async () => (await ask('GET', `/v2/uploads/${id}`)).body.status, patience).toBe('ready');

  expect(await h.scanner.scans(hashOf(png))).toMatchObject([
    { caller: 'worker-1', bytes: png.length, isInfected: false, reply: 'stream: OK' },
  ]);
  const kept = (await h.objects.list('objects/')).filter(({ key }) => key.includes(id));
  expect(kept.length).toBeGreaterThan(1);
  const original = kept.find(({ bytes }) => bytes === png.length);
  expect((await h.objects.read(original?.key ?? ''))?.sha256).toBe(hashOf(png));
  expect(await h.objects.head(original?.key ?? '')).toMatchObject({ 'content-length': String(png.length) });
  expect(await h.objects.head('objects/nothing')).toBeNull();

  const { body } = await ask('GET', `/v2/uploads/${id}/content`, { headers: { accept: 'application/json' } });
  expect(await h.objects.open(body.url)).toMatchObject({ status: 200, sha256: hashOf(png) });
  expect(await h.objects.open(body.url.replace(/\/objects\//, '/incoming/'))).toMatchObject({ status: 403 });
});

test('a verdict can be held, and what the scanner says be scripted', async () => {
  const { h } = stack;
  const content = Buffer.concat([png, h.scanner.testVirus()]);
  const sha256 = hashOf(content);
  const { id, form } = await announce(content);
  const hold = await h.scanner.hold({ sha256 });
  await h.scanner.behave([{ sha256, does: { kind: 'reply', text: 'stream: Lab.Word FOUND' } }]);
  expect(await h.objects.submit(form, content)).toMatchObject({ status: 204 });
  await ask('POST', `/v2/uploads/${id}/confirm`);
  expect(await hold.waitFor({ withinMs: 20_000 })).toEqual([{ caller: 'worker-1', sha256, bytes: content.length }]);
  expect((await ask('GET', `/v2/uploads/${id}`)).body.status).not.toBe('ready');
  await hold.release();
  await expect.poll(async () => (await ask('GET', `/v2/uploads/${id}`)).body.status, patience).toBe('rejected');
  expect(await h.scanner.scans(sha256)).toMatchObject([{ isInfected: true, reply: 'stream: Lab.Word FOUND' }]);
});

test('a shop is told of its order by a webhook', async () => {
  const { h } = stack;
  const wish = { url: h.receiver.urlOf('/told'), eventTypes: ['order.placed'] };
  const endpoint = await ask('POST', '/v2/webhook-endpoints', {
    headers: { 'idempotency-key': 'every-part-0' },
    body: wish,
  });
  expect(endpoint.status).toBe(201);
  const { body: page } = await ask('GET', '/v2/books?limit=1');
  const order = await ask('POST', '/v2/orders', {
    headers: { 'idempotency-key': 'every-part-1' },
    body: { lines: [{ bookId: page.items[0].id, quantity: 1 }] },
  });
  expect(order.status).toBeLessThan(300);
  await expect.poll(async () => (await h.receiver.received('/told')).length, patience).toBe(1);
  const [told] = await h.receiver.received('/told');
  expect(told).toMatchObject({ path: '/told', id: expect.any(String), signature: expect.stringMatching(/^v1,/) });
  expect(JSON.parse(told?.body ?? '')).toMatchObject({ type: 'order.placed', data: { orderId: order.body.id } });
  expect(await h.receiver.received('/elsewhere')).toEqual([]);
});

test('a reset leaves nothing of all that, and the store takes files again', async () => {
  const { testbed, h, codeDir } = stack;
  expect((await h.objects.list()).length).toBeGreaterThan(0);
  await testbed.stopReplicas();
  await testbed.resetData(codeDir);
  expect(await h.objects.list()).toEqual([]);
  expect(await h.limits.count()).toBe(0);
  expect(await h.scanner.scans()).toEqual([]);
  expect(await h.receiver.received()).toEqual([]);
  await testbed.bootReplicas(codeDir);
  const { form } = await announce(png);
  expect(await h.objects.submit(form, png)).toMatchObject({ status: 204 });
});
