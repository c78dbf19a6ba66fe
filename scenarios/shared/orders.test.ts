import { describe, expect, test } from 'vitest';
import { createOrderDesk } from './orders.ts';
import { type Answer, type Fake, type FakeOptions, fakeHandle } from './testing/fake-handle.ts';

const row = { id: 'book-1', slug: 'shop-07', title: 'Salt & Smoke', price_cents: 3_990 };
const accepted: Answer = { status: 201, body: { id: 'order-1', status: 'placed' } };

/** A shop that accepts every order, unless the test says otherwise. */
function openShop(options: FakeOptions = {}): Fake {
  return fakeHandle({ rows: [row], answer: () => accepted, ...options });
}

describe('placing an order', () => {
  test('one to three copies of an unused book are ordered, and the total is the value written', async () => {
    const [replica, salt, tenant, quantity] = [1, 0, 0, 3];
    const { h, sent, used } = openShop({ integers: [replica, salt, tenant, quantity] });
    const { operation } = await createOrderDesk(h).place();
    expect(sent).toMatchObject([
      { replica: 'api-1', method: 'POST', path: '/v2/orders', body: { lines: [{ bookId: 'book-1', quantity: 3 }] } },
    ]);
    expect(operation).toMatchObject({ kind: 'write', view: 'order', value: 3 * 3_990 });
    expect(used).toEqual(['book-1']);
  });

  test('an order goes through the replica that the caller names', async () => {
    const { h, sent } = openShop();
    await createOrderDesk(h).place('api-3');
    expect(sent.map(({ replica }) => replica)).toEqual(['api-3']);
  });

  test('the tenant’s administrator orders, logged in once, with a key of the order’s own', async () => {
    const { h, logins, sent } = openShop();
    const desk = createOrderDesk(h);
    await desk.place();
    await desk.place();
    expect(logins.map(({ body }) => body)).toMatchObject([{ email: 'admin@shop-07.example' }]);
    expect(sent[0]?.headers).toEqual({ authorization: 'Bearer token-of-the-editor', 'idempotency-key': 'lab-book-1' });
  });

  test('an accepted order is known, and kept, by the id that the answer names', async () => {
    const { id, tenant, operation } = await createOrderDesk(openShop().h).place();
    expect([id, tenant, operation.key]).toEqual(['order-1', 'shop-07', 'order-1']);
  });

  test.each<[string, Answer]>([
    ['was refused', { status: 409, outcome: 'fail', body: { id: 'order-1', code: 'OUT_OF_STOCK' } }],
    ['had no answer', { status: 0, outcome: 'unknown' }],
    ['was answered without an id', { status: 201, body: { status: 'placed' } }],
    ['was answered with an id that is no text', { status: 201, body: { id: 7 } }],
  ])('an order that %s has no id', async (_what, answer) => {
    const { id, operation } = await createOrderDesk(openShop({ answer: () => answer }).h).place();
    expect([id, operation.key]).toEqual([null, 'unknown']);
  });

  test('without a book that is left nothing is ordered', async () => {
    const { h, sent } = openShop({ rows: [] });
    await expect(createOrderDesk(h).place()).rejects.toThrow('There is no book left to order.');
    expect(sent).toEqual([]);
  });
});

describe('all orders of the run', () => {
  test('there are none before the first', async () => {
    expect(await createOrderDesk(openShop().h).all()).toEqual([]);
  });

  test('another desk of the same run knows them too, those that were refused among them', async () => {
    const { h } = openShop({ answer: (_spec, call) => (call === 1 ? accepted : { status: 503, outcome: 'unknown' }) });
    const placed = [await createOrderDesk(h).place(), await createOrderDesk(h).place()];
    expect(await createOrderDesk(h).all()).toEqual(placed);
    expect(placed.map(({ id }) => id)).toEqual(['order-1', null]);
  });
});

describe('looking at an order', () => {
  /** Places an order, looks at it on another replica, and returns what was seen. */
  async function look(answer: Answer): Promise<Fake & { readonly seen: number | null }> {
    const fake = openShop({ answer: ({ view }) => (view === 'order' ? accepted : answer) });
    const desk = createOrderDesk(fake.h);
    const { value } = await desk.look(await desk.place(), 'api-3');
    return { ...fake, seen: value };
  }

  test('the order’s own tenant asks for it, with the same login', async () => {
    const { sent, logins } = await look({});
    expect(sent.at(-1)).toMatchObject({ replica: 'api-3', key: 'order-1', method: 'GET', path: '/v2/orders/order-1' });
    expect(logins).toHaveLength(1);
  });

  test.each<[string, unknown, number | null]>([
    ['a paid order', { status: 'paid' }, 1],
    ['an order that waits for its payment', { status: 'placed' }, 0],
    ['an order whose payment failed', { status: 'payment-failed' }, 0],
    ['an order without a state', { id: 'order-1' }, null],
    ['no JSON', null, null],
  ])('%s is seen as what it is', async (_what, body, expected) => {
    expect((await look({ body })).seen).toBe(expected);
  });
});
