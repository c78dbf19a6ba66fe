import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type IsolatedShop, type IsolationSite, startIsolationSite } from '../tenants/testing/isolation-site.ts';
import type { ShopThings } from '../tenants/testing/shop-things.ts';
import { applicationAt, routesOf } from '../testing/route-table.ts';
import { rowsOfTenant } from '../testing/tenant-rows.ts';
import { TEST_PASSWORD } from '../testing/test-service.ts';

/** How a route keeps a request that comes twice from taking effect twice. */
interface TwiceCase {
  /** `key`: it wants an Idempotency-Key. `state`: what it changes says that it is done. `values`: it sets what it names. */
  readonly by: 'key' | 'state' | 'values';
  /** Names one of the shop's things in the path. */
  readonly of?: (things: ShopThings) => string;
  readonly body?: (things: ShopThings) => unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the second answer, where it is not that of the first. */
  readonly again?: number;
}

const REASON = () => ({ reason: 'Seen' });
const HOOK = () => ({ url: 'http://127.0.0.1:9/new', eventTypes: ['order.paid'] });
const NEW_BOOK = { isbn: '9780000000002', title: 'New', author: 'New', priceCents: 1, currency: 'EUR', stock: 1 };
const letter = { by: 'state', of: ({ deadLetterId }: ShopThings) => deadLetterId } as const;
const endpoint = { by: 'state', of: ({ endpointId }: ShopThings) => endpointId } as const;
const delivery = { by: 'state', of: ({ deliveryId }: ShopThings) => deliveryId } as const;

const CASES: Readonly<Record<string, TwiceCase>> = {
  'POST /v2/auth/token': {
    by: 'state',
    body: ({ slug }) => ({ tenant: slug, email: `admin@${slug}.example`, password: TEST_PASSWORD }),
  },
  'POST /v2/books': { by: 'key', body: () => NEW_BOOK },
  'POST /v2/books/bulk-prices': {
    by: 'key',
    body: ({ bookIds: [bookId] }) => ({ changes: [{ bookId, priceCents: 7 }] }),
  },
  'PATCH /v2/books/:id': {
    by: 'values',
    of: ({ bookIds: [id = ''] }) => id,
    headers: { 'if-match': '"1"' },
    body: () => ({ stock: 7 }),
    again: 412,
  },
  'POST /v2/orders': { by: 'key', body: ({ bookIds: [bookId] }) => ({ lines: [{ bookId, quantity: 1 }] }) },
  'POST /v2/orders/:id/cancel': { by: 'state', of: ({ orderId }) => orderId },
  'POST /v2/dead-letters/:id/redrive': letter,
  'POST /v2/dead-letters/:id/dismiss': { ...letter, body: REASON },
  'POST /v2/webhook-endpoints': { by: 'key', body: HOOK },
  'PATCH /v2/webhook-endpoints/:id': { ...endpoint, by: 'values', body: HOOK },
  'DELETE /v2/webhook-endpoints/:id': { ...endpoint, again: 404 },
  'POST /v2/webhook-endpoints/:id/suspend': endpoint,
  'POST /v2/webhook-endpoints/:id/resume': endpoint,
  'POST /v2/webhook-endpoints/:id/rotate-secret': { ...endpoint, by: 'key' },
  'POST /v2/webhook-deliveries/:id/redrive': delivery,
  'POST /v2/webhook-deliveries/:id/dismiss': { ...delivery, body: REASON },
  'POST /v2/uploads/:id/confirm': { by: 'state', of: ({ readyUploadId }) => readyUploadId },
  'POST /v2/uploads/:id/parts': {
    by: 'state',
    of: ({ partsUploadId }) => partsUploadId,
    body: () => ({ numbers: [1] }),
  },
  'DELETE /v2/uploads/:id': { by: 'state', of: ({ readyUploadId }) => readyUploadId, again: 404 },
};

/** An upload that is announced twice takes room twice, until its form expires: that is all that it does. */
const NOT_ONCE = ['POST /v2/uploads'];

let site: IsolationSite;

beforeAll(async () => {
  site = await startIsolationSite();
});
afterAll(() => site?.[Symbol.asyncDispose]());

async function ask(route: string, { token, things }: IsolatedShop, keyed: Readonly<Record<string, string>>) {
  const { of, body, headers } = CASES[route] ?? { by: 'state' };
  const path = (route.split(' ')[1] ?? '').replace(':id', of?.(things) ?? '');
  return await site.ask(route, { path, headers: { ...headers, ...keyed }, body: body?.(things) }, token);
}

/** All that is kept of the shop but the time of the last change. */
async function rowsOf({ tenant }: IsolatedShop): Promise<string> {
  const rows = await rowsOfTenant(site.service.database, tenant.id);
  return JSON.stringify(rows, (name, value) => (name === 'updated_at' ? undefined : value), 1);
}

test('every route that changes something has a case', async () => {
  const routes = routesOf(await applicationAt(`${site.service.url}/livez`));
  const changing = routes.filter((route) => !route.startsWith('GET '));
  expect([...Object.keys(CASES), ...NOT_ONCE].sort()).toEqual(changing);
});

for (const [route, { by, again }] of Object.entries(CASES)) {
  test(`${route}: a request that comes twice takes effect once, by its ${by}`, async () => {
    const shop = await site.openShop();
    const keyed = { 'idempotency-key': randomUUID() };
    if (by === 'key') {
      const before = await rowsOf(shop);
      expect(await ask(route, shop, {})).toMatchObject({ status: 400, json: { code: 'IDEMPOTENCY_KEY_MISSING' } });
      expect(await rowsOf(shop)).toBe(before);
    }
    const first = await ask(route, shop, keyed);
    expect(first.status).toBeLessThan(300);
    const changed = await rowsOf(shop);
    const second = await ask(route, shop, keyed);
    expect(second.status).toBe(again ?? first.status);
    expect(await rowsOf(shop)).toBe(changed);
    if (by === 'key') expect(second.json).toEqual(first.json);
  });
}
