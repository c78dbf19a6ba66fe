import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService } from '../testing/test-service.ts';
import { openTestShop, type TestShop } from '../testing/test-shop.ts';

let service: TestService;
let shop: TestShop;

beforeAll(async () => {
  service = await startTestService();
  shop = await openTestShop(service);
});
afterAll(() => service?.[Symbol.asyncDispose]());

async function givenUp(): Promise<{ id: string; orderId: string }> {
  const [id, orderId] = [randomUUID(), await shop.place('the-first-request')];
  await service.database.query(
    `INSERT INTO dead_letters (tenant_id, id, kind, order_id, reason, attempts, last_error, request_id)
     VALUES ($1, $2, 'order.placed', $3, 'exhausted', 8, 'It did not answer.', 'the-first-request')`,
    [shop.tenant.id, id, orderId],
  );
  return { id, orderId };
}

const eventsOf = (orderId: string) =>
  service.database.query("SELECT payload FROM outbox_events WHERE payload ->> 'orderId' = $1 ORDER BY created_at", [
    orderId,
  ]);

test('a dead letter says what was given up and why', async () => {
  const { id, orderId } = await givenUp();
  const { status, json } = await shop.get(`/v2/dead-letters/${id}`);
  expect(status).toBe(200);
  expect(json).toEqual({
    id,
    kind: 'order.placed',
    orderId,
    reason: 'exhausted',
    attempts: 8,
    lastError: 'It did not answer.',
    requestId: 'the-first-request',
    status: 'open',
    createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    reviewedAt: null,
    reviewNote: null,
  });
});

test('dead letters are listed newest first, page by page, and by status', async () => {
  const ids = [(await givenUp()).id, (await givenUp()).id, (await givenUp()).id].toReversed();
  await shop.post(`/v2/dead-letters/${ids[1]}/dismiss`, { reason: 'Paid in cash.' });
  const { json: page } = await shop.get('/v2/dead-letters?limit=2');
  const { json: rest } = await shop.get(`/v2/dead-letters?limit=100&cursor=${page.nextCursor}`);
  const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id);
  expect(idsOf([...page.items, ...rest.items]).slice(0, 3)).toEqual(ids);
  expect(rest.nextCursor).toBeNull();
  expect(idsOf((await shop.get('/v2/dead-letters?status=dismissed')).json.items)).toEqual([ids[1]]);
  expect(idsOf((await shop.get('/v2/dead-letters?status=open&limit=2')).json.items)).toEqual([ids[0], ids[2]]);
});

test('a redrive publishes one new event under the id of the first request', async () => {
  const { id, orderId } = await givenUp();
  const { status, json } = await shop.post(`/v2/dead-letters/${id}/redrive`);
  expect(status).toBe(202);
  expect(json).toMatchObject({ id, status: 'redriven', reviewedAt: expect.any(String), reviewNote: null });
  const payload = { orderId, requestId: 'the-first-request' };
  const expected = [{ payload: { ...payload, redriven: false } }, { payload: { ...payload, redriven: true } }];
  expect(await eventsOf(orderId)).toEqual(expected);
  const again = await shop.post(`/v2/dead-letters/${id}/redrive`);
  expect(again).toMatchObject({ status: 202, json });
  expect(await eventsOf(orderId)).toEqual(expected);
});

test('a dismissal keeps its reason, and the same one again changes nothing', async () => {
  const { id, orderId } = await givenUp();
  const first = await shop.post(`/v2/dead-letters/${id}/dismiss`, { reason: ' The customer has left. ' });
  expect(first).toMatchObject({ status: 200, json: { status: 'dismissed', reviewNote: 'The customer has left.' } });
  const second = await shop.post(`/v2/dead-letters/${id}/dismiss`, { reason: 'Another reason.' });
  expect(second).toMatchObject({ status: 200, json: first.json });
  expect(await eventsOf(orderId)).toHaveLength(1);
});

test('what was decided is not decided otherwise', async () => {
  const [dismissed, redriven] = [await givenUp(), await givenUp()];
  await shop.post(`/v2/dead-letters/${dismissed.id}/dismiss`, { reason: 'No.' });
  await shop.post(`/v2/dead-letters/${redriven.id}/redrive`);
  const answers = [
    await shop.post(`/v2/dead-letters/${dismissed.id}/redrive`),
    await shop.post(`/v2/dead-letters/${redriven.id}/dismiss`, { reason: 'No.' }),
  ];
  for (const answer of answers) expect(answer).toMatchObject({ status: 409, json: { code: 'ALREADY_REVIEWED' } });
  expect(await eventsOf(dismissed.orderId)).toHaveLength(1);
});

test.each([undefined, {}, { reason: '' }, { reason: 'x'.repeat(501) }])(
  'a dismissal with %j is refused',
  async (body) => {
    const { id } = await givenUp();
    expect(await shop.post(`/v2/dead-letters/${id}/dismiss`, body)).toMatchObject({ status: 400 });
  },
);

test('what does not exist is not found', async () => {
  for (const id of [randomUUID(), 'no-id']) {
    expect((await shop.get(`/v2/dead-letters/${id}`)).status).toBe(404);
    expect((await shop.post(`/v2/dead-letters/${id}/redrive`)).status).toBe(404);
    expect((await shop.post(`/v2/dead-letters/${id}/dismiss`, { reason: 'No.' })).status).toBe(404);
  }
});

test('only administrators see dead letters and decide about them', async () => {
  const { id } = await givenUp();
  for (const role of ['clerk', 'editor'] as const) {
    const token = await service.signIn(shop.tenant, role);
    for (const [method, path] of [
      ['GET', '/v2/dead-letters'],
      ['GET', `/v2/dead-letters/${id}`],
      ['POST', `/v2/dead-letters/${id}/redrive`],
      ['POST', `/v2/dead-letters/${id}/dismiss`],
    ] as const) {
      expect(await service.request(path, { method, token })).toMatchObject({ status: 403 });
    }
  }
});
