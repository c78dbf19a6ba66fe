import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';
import type { PriceChange } from './change-prices.ts';

let service: TestService;
let tenant: TestTenant;
let token: string;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.[Symbol.asyncDispose]());
beforeEach(async () => {
  tenant = await service.createTenant({ books: 100 });
  token = await service.signIn(tenant);
});

const book = (n: number) => tenant.bookIds[n] ?? '';
const read = async (n: number) => (await service.request(`/v2/books/${book(n)}`, { token })).json;
function change(changes: readonly PriceChange[], key: string = randomUUID(), requestId: string = randomUUID()) {
  const headers = { 'idempotency-key': key, 'x-request-id': requestId };
  return service.request('/v2/books/bulk-prices', { method: 'POST', token, headers, body: { changes } });
}

test('all prices are changed, and no reader sees an old one afterwards', async () => {
  for (const n of [0, 1, 2]) await read(n);
  const { status, json } = await change([0, 1, 2].map((n) => ({ bookId: book(n), priceCents: 500 + n })));
  expect(status).toBe(200);
  expect(json.books).toHaveLength(3);
  for (const n of [0, 1, 2]) expect(await read(n)).toMatchObject({ priceCents: 500 + n, version: 2 });
});

test('a repeated request gets the same answer and changes nothing', async () => {
  const key = randomUUID();
  const changes = [{ bookId: book(0), priceCents: 700, version: 1 }];
  const first = await change(changes, key);
  const again = await change(changes, key);
  expect(again).toMatchObject({ status: 200, json: first.json });
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(await read(0)).toMatchObject({ priceCents: 700, version: 2 });
  expect(await change([{ bookId: book(0), priceCents: 701 }], key)).toMatchObject({ status: 422 });
});

test.each([
  ['unknown', { bookId: randomUUID(), priceCents: 1 }, 422, 'BOOK_UNKNOWN', 'changes.1.bookId'],
  ['of another version', { priceCents: 1, version: 9 }, 412, 'VERSION_CONFLICT', 'changes.1.version'],
])('nothing is changed when one book is %s, and it is named', async (_name, second, status, code, field) => {
  const answer = await change([
    { bookId: book(0), priceCents: 1 },
    { bookId: book(1), ...second },
  ]);
  expect(answer).toMatchObject({ status, json: { code, errors: [expect.objectContaining({ field })] } });
  expect(await read(0)).toMatchObject({ priceCents: 1_001, version: 1 });
});

test('a hundred books need as many statements as one', async () => {
  const queriesOf = async (count: number) => {
    const requestId = randomUUID();
    const changes = tenant.bookIds.slice(0, count).map((bookId) => ({ bookId, priceCents: 900 }));
    expect((await change(changes, randomUUID(), requestId)).status).toBe(200);
    const line = () => service.logs.find(({ fields }) => fields.requestId === requestId && 'queries' in fields);
    await expect.poll(line).toBeDefined();
    return line()?.fields.queries;
  };
  const one = await queriesOf(1);
  expect(await queriesOf(100)).toBe(one);
  expect(one).toBeLessThanOrEqual(10);
});

test('changes of the same books in opposite orders do not wait for each other for ever', async () => {
  const changes = tenant.bookIds.slice(0, 20).map((bookId) => ({ bookId, priceCents: 5 }));
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) => change(n % 2 ? changes : changes.toReversed())),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await read(0)).toMatchObject({ version: 9 });
});

test('of 20 changes at once that saw the same version, one is made and 19 are told', async () => {
  const patch = (priceCents: number) =>
    service.request(`/v2/books/${book(0)}`, {
      method: 'PATCH',
      token,
      headers: { 'if-match': '"1"' },
      body: { priceCents },
    });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => patch(n)));
  const made = answers.filter(({ status }) => status === 200);
  expect(made).toHaveLength(1);
  expect(answers.filter(({ status, json }) => status === 412 && json.code === 'VERSION_CONFLICT')).toHaveLength(19);
  expect(await read(0)).toMatchObject({ version: 2, priceCents: made[0]?.json.priceCents });
});

test('who may not change books is refused, and so are too many, none, and one twice', async () => {
  const one = { bookId: book(0), priceCents: 1 };
  expect((await change([one, one])).status).toBe(400);
  expect((await change([])).status).toBe(400);
  expect((await change(Array.from({ length: 101 }, () => ({ ...one, bookId: randomUUID() })))).status).toBe(400);
  token = await service.signIn(tenant, 'clerk');
  expect((await change([one])).status).toBe(403);
});
