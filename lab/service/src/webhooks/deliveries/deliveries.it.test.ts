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

const LIST = '/v2/webhook-deliveries';
const pathOf = (id: string, action = '') => `${LIST}/${id}${action}`;

/** A delivery that was given up, of a new order to a new endpoint. */
async function givenUp(shop = own): Promise<string> {
  const { id: endpointId } = await shop.subscribe('/dead', ['order.placed']);
  await shop.shop.place();
  const [delivery] = await shop.deliveries(`&endpointId=${endpointId}`);
  await site.service.database.query(
    `UPDATE webhook_deliveries SET status = 'dead', dead_reason = 'exhausted', attempts = 4, crashes = 1,
       last_status = 503, last_error = 'The endpoint answered 503.', last_response = 'Closed on Sundays.'
     WHERE id = $1`,
    [delivery?.id],
  );
  return delivery?.id ?? '';
}

test('a delivery that was given up says what, why, and to whom', async () => {
  const id = await givenUp();
  const { status, json } = await own.request('GET', pathOf(id));
  expect(status).toBe(200);
  expect(json).toEqual({
    id,
    endpointId: expect.any(String),
    eventId: expect.any(String),
    eventType: 'order.placed',
    payload: expect.objectContaining({ type: 'order.placed' }),
    requestId: expect.any(String),
    status: 'dead',
    attempts: 4,
    crashes: 1,
    nextAttemptAt: null,
    deadReason: 'exhausted',
    lastStatus: 503,
    lastError: 'The endpoint answered 503.',
    lastResponse: 'Closed on Sundays.',
    createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    deliveredAt: null,
    reviewedAt: null,
    reviewNote: null,
  });
});

test('deliveries are listed newest first, page by page, by status and by endpoint', async () => {
  const { id: endpointId } = await own.subscribe('/listed', ['order.placed']);
  for (let order = 1; order <= 3; order += 1) await own.shop.place();
  const dead = await givenUp();
  const ids = (await own.deliveries()).map(({ id }) => id);
  // Three to the endpoint; of the last order one to each of the two.
  expect(ids).toHaveLength(5);
  const { json: page } = await own.request('GET', `${LIST}?limit=2`);
  const { json: rest } = await own.request('GET', `${LIST}?limit=100&cursor=${page.nextCursor}`);
  expect([...page.items, ...rest.items].map(({ id }: { id: string }) => id)).toEqual(ids);
  expect(rest.nextCursor).toBeNull();
  expect((await own.deliveries('&status=dead')).map(({ id }) => id)).toEqual([dead]);
  expect(await own.deliveries(`&endpointId=${endpointId}`)).toHaveLength(4);
  expect(await own.deliveries(`&endpointId=${randomUUID()}`)).toEqual([]);
});

test.each(['status=lost', 'endpointId=1', 'limit=0', 'cursor=x'])('a list by %s is refused', async (query) => {
  expect((await own.request('GET', `${LIST}?${query}`)).status).toBe(400);
});

test('a redrive brings a delivery back under the same event, once', async () => {
  const id = await givenUp();
  const before = (await own.request('GET', pathOf(id))).json;
  const answers = await Promise.all([1, 2, 3].map(() => own.request('POST', pathOf(id, '/redrive'))));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  expect(answers[0]?.json).toMatchObject({
    id,
    eventId: before.eventId,
    status: 'pending',
    attempts: 0,
    crashes: 0,
    deadReason: null,
    nextAttemptAt: expect.any(String),
    reviewedAt: expect.any(String),
  });
  expect(await own.deliveries()).toHaveLength(1);
});

test('a dismissal keeps its reason, and the same one again changes nothing', async () => {
  const id = await givenUp();
  const first = await own.request('POST', pathOf(id, '/dismiss'), { reason: ' They have closed. ' });
  expect(first).toMatchObject({ status: 200, json: { status: 'dismissed', reviewNote: 'They have closed.' } });
  const second = await own.request('POST', pathOf(id, '/dismiss'), { reason: 'Another reason.' });
  expect(second).toMatchObject({ status: 200, json: first.json });
});

test('what was decided is not decided otherwise, and what is not dead is not dismissed', async () => {
  const [dismissed, redriven] = [await givenUp(), await givenUp()];
  await own.request('POST', pathOf(dismissed, '/dismiss'), { reason: 'No.' });
  await own.request('POST', pathOf(redriven, '/redrive'));
  for (const answer of [
    await own.request('POST', pathOf(dismissed, '/redrive')),
    await own.request('POST', pathOf(redriven, '/dismiss'), { reason: 'No.' }),
  ]) {
    expect(answer).toMatchObject({ status: 409, json: { code: 'ALREADY_REVIEWED' } });
  }
});

test.each([undefined, {}, { reason: '' }, { reason: 'x'.repeat(501) }])(
  'a dismissal with %j is refused',
  async (body) => {
    expect(await own.request('POST', pathOf(await givenUp(), '/dismiss'), body)).toMatchObject({ status: 400 });
  },
);

test('a delivery of another shop does not exist, to read or to decide about', async () => {
  const other = await site.openShop();
  const id = await givenUp(other);
  for (const answer of [
    await own.request('GET', pathOf(id)),
    await own.request('POST', pathOf(id, '/redrive')),
    await own.request('POST', pathOf(id, '/dismiss'), { reason: 'Not mine.' }),
  ]) {
    expect(answer).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
    expect(answer.text).not.toContain('Sundays');
  }
  const late = Buffer.from(JSON.stringify(['2999-01-01T00:00:00.000Z', id])).toString('base64url');
  expect((await own.request('GET', `${LIST}?cursor=${late}`)).json.items).toEqual([]);
  expect((await other.request('GET', pathOf(id))).json.status).toBe('dead');
});
