import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Behaviour, startTestProvider, type TestProvider } from '../testing/test-provider.ts';
import { startTestService, type TestService } from '../testing/test-service.ts';
import { openTestShop, type TestShop } from '../testing/test-shop.ts';
import { startTestWorker, type TestWorker } from '../testing/test-worker.ts';

let service: TestService;
let provider: TestProvider;
let worker: TestWorker;
let shop: TestShop;

beforeAll(async () => {
  service = await startTestService();
  provider = await startTestProvider();
  worker = await startTestWorker({ database: service.database, provider, environment: { BACKOFF_CAP_MS: '100' } });
  shop = await openTestShop(service);
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await provider?.[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
});
beforeEach(() => provider.behave([]));

/** The count is asked of the database once a second at most. */
const PATIENCE = { timeout: 20_000 };

const refuse = (status: number, more = {}): Behaviour => ({ kind: 'refuse', status, ...more });
const openDeadLetters = async () =>
  /dead_letters_open (\d+)/.exec(await (await fetch(`${worker.internalUrl}/metrics`)).text())?.[1];

test.each([400, 404, 410, 422])('a refusal with %i is final: one attempt, one dead letter', async (status) => {
  provider.behave([refuse(status, { code: 'NOT_LIKE_THIS' })]);
  const stock = await shop.stock();
  const id = await shop.place('placed-by-a-clerk');
  expect(await shop.deadLetters(id)).toEqual([
    {
      id: expect.any(String),
      kind: 'order.placed',
      orderId: id,
      reason: 'refused',
      attempts: 1,
      lastError: `The payment provider answered ${status} NOT_LIKE_THIS.`,
      requestId: 'placed-by-a-clerk',
      status: 'open',
      createdAt: expect.any(String),
      reviewedAt: null,
      reviewNote: null,
    },
  ]);
  expect(provider.attemptsOf(id)).toHaveLength(1);
  expect(await shop.order(id)).toMatchObject({ status: 'placed', payment: null });
  expect(await shop.stock()).toBe(stock - 1);
});

test.each<[string, Behaviour]>([
  ['a time-out of the provider (408)', refuse(408)],
  ['too early (425)', refuse(425)],
  ['too many requests (429)', refuse(429)],
  ['an error of the provider (500)', refuse(500)],
  ['an outage of the provider (503)', refuse(503)],
  ['a reply that is lost', { kind: 'lose' }],
  ['a reply that cannot be read', { kind: 'garble' }],
  ['a call that is never answered', { kind: 'hang' }],
])('%s is tried again, and the order is charged once', async (_name, behaviour) => {
  provider.behave([behaviour]);
  const id = await shop.place();
  await shop.becomes(id, 'paid');
  expect(provider.chargesOf(id)).toHaveLength(1);
});

test('a call that takes too long is really cancelled', async () => {
  provider.behave([{ kind: 'hang' }, { kind: 'hang' }]);
  const id = await shop.place();
  await shop.becomes(id, 'paid');
  expect(provider.waiting()).toBe(0);
});

test('Retry-After is honoured', async () => {
  provider.behave([refuse(503, { retryAfter: '1' })]);
  const id = await shop.place();
  await shop.becomes(id, 'paid');
  const [first, second] = provider.attemptsOf(id);
  const gapMs = (second?.atMs ?? 0) - (first?.atMs ?? 0);
  expect(gapMs).toBeGreaterThanOrEqual(1_000);
  expect(gapMs).toBeLessThan(5_000);
});

test('after the last attempt the order waits for a person, and a redrive charges it once', async () => {
  provider.behave([], refuse(503));
  const stock = await shop.stock();
  const id = await shop.place();
  const [letter] = await shop.deadLetters(id);
  expect(letter).toMatchObject({ reason: 'exhausted', attempts: 3 });
  // One call for each attempt of the queue, and one to look before each but the first: no other layer tries again.
  const calls = provider.calls.filter(({ reference }) => reference === id).map(({ method }) => method);
  expect(calls).toEqual(['POST', 'GET', 'POST', 'GET', 'POST']);
  expect((await shop.order(id)).status).toBe('placed');
  expect(await shop.stock()).toBe(stock - 1);

  provider.behave([]);
  const redrive = () => shop.post(`/v2/dead-letters/${letter?.id}/redrive`);
  const answers = await Promise.all([redrive(), redrive(), redrive()]);
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  expect((await shop.becomes(id, 'paid')).payment).not.toBeNull();
  const events = "SELECT 1 FROM outbox_events WHERE payload ->> 'orderId' = $1";
  expect(await service.database.query(events, [id])).toHaveLength(2);

  expect((await redrive()).json).toMatchObject({ status: 'redriven', reviewedAt: expect.any(String) });
  expect(await service.database.query(events, [id])).toHaveLength(2);
  expect(provider.chargesOf(id)).toHaveLength(1);
  expect(await shop.deadLetters(id, 'redriven')).toHaveLength(1);
});

test('a redriven order that fails again has a second dead letter', async () => {
  provider.behave([refuse(410), refuse(410)]);
  const id = await shop.place();
  const [letter] = await shop.deadLetters(id);
  await shop.post(`/v2/dead-letters/${letter?.id}/redrive`);
  const letters = await shop.deadLetters(id);
  expect(letters.map(({ status }) => status)).toEqual(['open', 'redriven']);
});

test('dead letters of all tenants are counted as long as they are open', async () => {
  const [row] = await service.database.query<{ open: string }>(
    "SELECT count(*)::text AS open FROM dead_letters WHERE status = 'open'",
  );
  await expect.poll(openDeadLetters, PATIENCE).toBe(row?.open);
  provider.behave([refuse(400)]);
  const [letter] = await shop.deadLetters(await shop.place());
  await expect.poll(openDeadLetters, PATIENCE).toBe(String(Number(row?.open) + 1));
  await shop.post(`/v2/dead-letters/${letter?.id}/dismiss`, { reason: 'A test order.' });
  await expect.poll(openDeadLetters, PATIENCE).toBe(row?.open);
});

test('an order that is tried again and again does not hold up the others', async () => {
  provider.behave([refuse(503), refuse(503), ...Array.from({ length: 8 }, () => ({ kind: 'hang' }) as const)]);
  const slow = await Promise.all([shop.place(), shop.place()]);
  provider.behave([]);
  const others = await Promise.all(Array.from({ length: 20 }, () => shop.place()));
  for (const id of [...others, ...slow]) await shop.becomes(id, 'paid');
  for (const id of [...others, ...slow]) expect(provider.chargesOf(id)).toHaveLength(1);
});
