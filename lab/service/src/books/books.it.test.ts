import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';

let service: TestService;
let tenant: TestTenant;
let token: string;
let path: string;

beforeAll(async () => {
  service = await startTestService();
  tenant = await service.createTenant({ books: 12 });
  token = await service.signIn(tenant);
  path = `/v2/books/${tenant.bookIds[0]}`;
});
afterAll(() => service?.[Symbol.asyncDispose]());

const patch = (body: unknown, headers = {}) => service.request(path, { method: 'PATCH', token, body, headers });

test('a book has all its fields, an entity tag and may not be stored by shared caches', async () => {
  const { status, json, headers } = await service.request(`/v2/books/${tenant.bookIds[4]}`, { token });
  expect(status).toBe(200);
  expect(json).toEqual({
    id: tenant.bookIds[4],
    title: 'Title 5',
    author: 'Author 5',
    isbn: '5',
    description: '',
    priceCents: 1005,
    currency: 'EUR',
    stock: 5,
    version: 1,
    createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    updatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(headers.get('etag')).toBe('"1"');
  expect(headers.get('cache-control')).toBe('private, no-cache');
});

test('a book is the same when it is read again', async () => {
  const first = await service.request(`/v2/books/${tenant.bookIds[5]}`, { token });
  const second = await service.request(`/v2/books/${tenant.bookIds[5]}`, { token });
  expect(second.text).toBe(first.text);
});

test('a change is seen by the next read, on the page of the book and in the list', async () => {
  await service.request(path, { token });
  const changed = await patch({ priceCents: 4_711, stock: 9 });
  expect(changed.status).toBe(200);
  const read = await service.request(path, { token });
  expect(read.json).toEqual(changed.json);
  expect(read.json).toMatchObject({ priceCents: 4_711, stock: 9, title: 'Title 1' });
  expect(read.headers.get('etag')).toBe(`"${changed.json.version}"`);
  const list = await service.request('/v2/books?limit=1', { token });
  expect(list.json.items[0]).toMatchObject({ id: tenant.bookIds[0], priceCents: 4_711, version: changed.json.version });
});

test('every change raises the version by one', async () => {
  const { json: before } = await patch({ title: 'Title 1' });
  const { json: after } = await patch({ title: 'Title 1' });
  expect(after.version).toBe(before.version + 1);
});

test('a client that has the current version gets 304 without a body', async () => {
  const { headers } = await service.request(path, { token });
  const again = await service.request(path, { token, headers: { 'if-none-match': headers.get('etag') ?? '' } });
  expect(again).toMatchObject({ status: 304, text: '' });
  expect(again.headers.get('etag')).toBe(headers.get('etag'));
});

test('a change that expects another version is refused and changes nothing', async () => {
  const { json: before } = await service.request(path, { token });
  const refused = await patch({ priceCents: 1 }, { 'if-match': `"${before.version + 7}"` });
  expect(refused).toMatchObject({ status: 412, json: { code: 'VERSION_CONFLICT' } });
  expect((await service.request(path, { token })).json).toEqual(before);
});

test('a change that expects the current version is made', async () => {
  const { json: before } = await service.request(path, { token });
  const { status, json } = await patch({ priceCents: 2_000 }, { 'if-match': `"${before.version}"` });
  expect(status).toBe(200);
  expect(json.version).toBe(before.version + 1);
});

test.each([
  ['no field', {}, '(body)'],
  ['an unknown field', { color: 'red', stock: 1 }, 'color'],
  ['a negative price', { priceCents: -1 }, 'priceCents'],
  ['a fraction of a cent', { priceCents: 9.5 }, 'priceCents'],
  ['a price beyond the column', { priceCents: 2 ** 31 }, 'priceCents'],
  ['an empty title', { title: '  ' }, 'title'],
  ['a NUL character', { description: 'a\0b' }, 'description'],
])('a change with %s is refused and the field is named', async (_name, body, field) => {
  const { status, json } = await patch(body);
  expect(status).toBe(400);
  expect(json).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field }] });
});

test('a clerk reads but does not change', async () => {
  const clerk = await service.signIn(tenant, 'clerk');
  expect((await service.request(path, { token: clerk })).status).toBe(200);
  const refused = await service.request(path, { method: 'PATCH', token: clerk, body: { priceCents: 1 } });
  expect(refused).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } });
});

test('an editor changes', async () => {
  const editor = await service.signIn(tenant, 'editor');
  const { status } = await service.request(path, { method: 'PATCH', token: editor, body: { stock: 3 } });
  expect(status).toBe(200);
});

test.each(['GET', 'PATCH'])('%s of a book that does not exist is 404, malformed ids included', async (method) => {
  for (const id of [randomUUID(), 'not-an-id', '1']) {
    const body = method === 'PATCH' ? { body: { stock: 1 } } : {};
    const answer = await service.request(`/v2/books/${id}`, { method, token, ...body });
    expect(answer).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
  }
});

test('pages follow each other in the order of titles without gap or overlap', async () => {
  const titles: string[] = [];
  let cursor = '';
  do {
    const { json } = await service.request(`/v2/books?limit=5${cursor}`, { token });
    titles.push(...json.items.map((item: { title: string }) => item.title));
    cursor = json.nextCursor === null ? '' : `&cursor=${json.nextCursor}`;
  } while (cursor);
  expect(titles).toHaveLength(12);
  expect(titles).toEqual(titles.toSorted());
  expect(new Set(titles).size).toBe(12);
});

test('search finds by title and author without regard to case, and takes wildcards as they are', async () => {
  const search = async (q: string) =>
    (await service.request(`/v2/books?q=${encodeURIComponent(q)}`, { token })).json.items;
  expect(await search('TITLE 7')).toMatchObject([{ title: 'Title 7' }]);
  expect(await search('author 8')).toMatchObject([{ author: 'Author 8' }]);
  expect(await search('%')).toEqual([]);
  expect(await search('_itle')).toEqual([]);
});

test.each(['limit=0', 'limit=101', 'limit=x', 'limit=1&limit=2', 'cursor=abc', 'q=%00'])(
  'a list with %s is refused',
  async (query) => {
    const { status, json } = await service.request(`/v2/books?${query}`, { token });
    expect(status).toBe(400);
    expect(json.code).toBe('INVALID_REQUEST');
  },
);
