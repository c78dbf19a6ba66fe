import { notLetIn } from '@lab/sdk';
import { expect, test } from 'vitest';
import { createBookshop } from './bookshop.ts';
import { shopLoad } from './shop-load.ts';
import { staffHeaders, tokenOf } from './staff.ts';
import { type Answer, fakeHandle, letIn } from './testing/fake-handle.ts';

const refused: Answer = { status: 503, outcome: 'unknown' };

test('the editor of the tenant gets a token', async () => {
  const { h, logins } = fakeHandle();
  expect(await tokenOf(h, 'shop-07')).toBe('token-of-the-editor');
  expect(logins).toMatchObject([
    { replica: 'api-2', path: '/v2/auth/token', body: { tenant: 'shop-07', email: 'editor@shop-07.example' } },
  ]);
});

test('the next replica is asked when one does not answer', async () => {
  const { h, logins } = fakeHandle({ login: ({ replica }) => (replica === 'api-3' ? letIn() : refused) });
  expect(await tokenOf(h, 'shop-07')).toBe('token-of-the-editor');
  expect(logins.map(({ replica }) => replica)).toEqual(['api-2', 'api-1', 'api-3']);
});

test('a token is asked for once per run and person, also by two at once', async () => {
  const { h, logins } = fakeHandle();
  await Promise.all([tokenOf(h, 'shop-07'), tokenOf(h, 'shop-07')]);
  await tokenOf(h, 'shop-07', 'admin');
  expect(logins.map(({ key }) => key)).toEqual(['editor@shop-07.example', 'admin@shop-07.example']);
  expect(await staffHeaders(h, 'shop-07')).toEqual({ authorization: 'Bearer token-of-the-editor' });
});

test.each<[string, Answer]>([
  ['an answer without a token', { body: {} }],
  ['a token under an error', { ...refused, body: { accessToken: 'no' } }],
])('%s lets nobody in, and the ledger knows', async (_what, answer) => {
  const { h, history } = fakeHandle({ login: () => answer });
  expect(await tokenOf(h, 'shop-07')).toBeNull();
  expect([...notLetIn(history)].map(([who, asked]) => [who, asked.length])).toEqual([['editor@shop-07.example', 3]]);
});

test('a login that failed once is tried again: a fault may have been on', async () => {
  let isDown = true;
  const { h } = fakeHandle({ login: () => (isDown ? refused : letIn()) });
  expect(await staffHeaders(h, 'shop-07')).toEqual({});
  isDown = false;
  expect(await staffHeaders(h, 'shop-07')).toEqual({ authorization: 'Bearer token-of-the-editor' });
});

test('who is not let in asks all the same, and the answer is an outcome, not an error of the lab', async () => {
  const { h, sent } = fakeHandle({
    login: () => refused,
    answer: ({ headers }) => (headers?.['authorization'] ? {} : { status: 401, outcome: 'fail' }),
  });
  const book = { id: 'book-1', tenant: 'shop-07', title: 'Salt & Smoke', priceCents: 3_990 };
  expect(await createBookshop(h).setPrice(book, 'api-1', 2_990)).toMatchObject({ outcome: 'fail', status: 401 });
  expect(sent).toHaveLength(1);
});

test('the load of a shop that lets nobody in begins, and is refused', async () => {
  const { h } = fakeHandle({ login: () => refused, rows: [{ id: 'book-1', title: 'Salt & Smoke' }] });
  const { LAB_TENANTS = '' } = await shopLoad({ ratePerSecond: 60, busyBooks: 1 }).prepare(h);
  expect(JSON.parse(LAB_TENANTS)).toEqual(Array(4).fill({ token: '', books: [{ id: 'book-1' }] }));
});
