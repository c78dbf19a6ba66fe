import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';

const BOOK = {
  isbn: '9780000000017',
  title: 'The Quiet Harbour',
  author: 'Ada Hugo',
  priceCents: 1_990,
  currency: 'EUR',
  stock: 3,
};

let service: TestService;
let tenant: TestTenant;
let token: string;

beforeAll(async () => {
  service = await startTestService();
  tenant = await service.createTenant();
  token = await service.signIn(tenant, 'editor');
});
afterAll(() => service?.[Symbol.asyncDispose]());

let number = 0;
const nextIsbn = () => String(9_790_000_000_000 + ++number);

function create(body: object, { key = randomUUID() as string, as = token } = {}) {
  return service.request('/v2/books', { method: 'POST', token: as, headers: { 'idempotency-key': key }, body });
}

test('a book that was created is there', async () => {
  const isbn = nextIsbn();
  const created = await create({ ...BOOK, isbn });
  expect(created).toMatchObject({ status: 201, json: { ...BOOK, isbn, description: '', version: 1 } });
  expect(created.headers.get('etag')).toBe('"1"');
  const read = await service.request(created.headers.get('location') ?? '', { token });
  expect(read.json).toEqual(created.json);
});

test('asking twice with one key makes one book, and says so', async () => {
  const [isbn, key] = [nextIsbn(), randomUUID()];
  const first = await create({ ...BOOK, isbn }, { key });
  const second = await create({ ...BOOK, isbn }, { key });
  expect(second.json).toEqual(first.json);
  expect(first.headers.get('idempotent-replayed')).toBeNull();
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect(await service.database.query('SELECT 1 FROM books WHERE isbn = $1', [isbn])).toHaveLength(1);
});

test('of twins at once one makes the book, and no other number answers than 201 and 409', async () => {
  const [isbn, key] = [nextIsbn(), randomUUID()];
  const answers = await Promise.all(Array.from({ length: 20 }, () => create({ ...BOOK, isbn }, { key })));
  expect(new Set(answers.map(({ status }) => status)).has(201)).toBe(true);
  for (const { status, json } of answers) {
    if (status !== 201) expect({ status, code: json.code }).toEqual({ status: 409, code: 'IDEMPOTENCY_IN_FLIGHT' });
  }
  expect(await service.database.query('SELECT 1 FROM books WHERE isbn = $1', [isbn])).toHaveLength(1);
});

test('a second book with an ISBN is refused, and its key is still free', async () => {
  const [isbn, key] = [nextIsbn(), randomUUID()];
  await create({ ...BOOK, isbn });
  expect(await create({ ...BOOK, isbn }, { key })).toMatchObject({ status: 409, json: { code: 'ISBN_TAKEN' } });
  expect((await create({ ...BOOK, isbn: nextIsbn() }, { key })).status).toBe(201);
});

test('another shop may have the same ISBN, and the same key', async () => {
  const [isbn, key] = [nextIsbn(), randomUUID()];
  await create({ ...BOOK, isbn }, { key });
  const other = await service.signIn(await service.createTenant());
  const answer = await create({ ...BOOK, isbn }, { key, as: other });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('idempotent-replayed')).toBeNull();
});

test('a key is needed, one body per key, and the role', async () => {
  const key = randomUUID();
  const withoutKey = await service.request('/v2/books', { method: 'POST', token, body: { ...BOOK, isbn: nextIsbn() } });
  expect(withoutKey).toMatchObject({ status: 400, json: { code: 'IDEMPOTENCY_KEY_MISSING' } });
  await create({ ...BOOK, isbn: nextIsbn() }, { key });
  expect((await create({ ...BOOK, isbn: nextIsbn() }, { key })).json.code).toBe('IDEMPOTENCY_KEY_REUSED');
  const clerk = await service.signIn(tenant, 'clerk');
  expect((await create({ ...BOOK, isbn: nextIsbn() }, { as: clerk })).status).toBe(403);
});

test.each([
  [{ isbn: '978-0-00' }, 'isbn'],
  [{ priceCents: -1 }, 'priceCents'],
  [{ currency: 'euro' }, 'currency'],
  [{ title: ' ' }, 'title'],
])('%j is refused', async (wrong, field) => {
  const { status, json } = await create({ ...BOOK, isbn: nextIsbn(), ...wrong });
  expect({ status, fields: json.errors.map((error: { field: string }) => error.field) }).toEqual({
    status: 400,
    fields: [field],
  });
});
