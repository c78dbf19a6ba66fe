import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import type { Order, OrderStatus } from '../orders/order.ts';
import type { Answer, TestService, TestTenant } from './test-service.ts';

/** A shop that sells one book of which there is plenty, as its administrator uses it. */
export interface TestShop {
  readonly tenant: TestTenant;
  readonly token: string;
  /** Orders one copy; resolves with the order's id. */
  place(requestId?: string): Promise<string>;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  order(id: string): Promise<Order>;
  /** Waits until the order has this status; resolves with it. */
  becomes(id: string, status: OrderStatus): Promise<Order>;
  /** Waits until the order has a dead letter with this status; resolves with all that it has then. */
  deadLetters(orderId: string, status?: string): Promise<readonly DeadLetter[]>;
  /** As the page of the book shows it. */
  stock(): Promise<number>;
}

const COPIES = 500;
const PATIENCE = { timeout: 20_000, interval: 20 };

export async function openTestShop(service: TestService): Promise<TestShop> {
  const tenant = await service.createTenant({ books: 1 });
  const [bookId = ''] = tenant.bookIds;
  await service.database.query('UPDATE books SET stock = $2 WHERE id = $1', [bookId, COPIES]);
  const token = await service.signIn(tenant);
  const get: TestShop['get'] = (path) => service.request(path, { token });
  const order: TestShop['order'] = async (id) => (await get(`/v2/orders/${id}`)).json;

  return {
    tenant,
    token,
    get,
    order,
    post: (path, body) => service.request(path, { method: 'POST', token, body }),
    async place(requestId: string = randomUUID()) {
      const headers = { 'idempotency-key': randomUUID(), 'x-request-id': requestId };
      const body = { lines: [{ bookId, quantity: 1 }] };
      const { status, json } = await service.request('/v2/orders', { method: 'POST', token, headers, body });
      expect(status).toBe(201);
      return json.id;
    },
    async becomes(id, status) {
      await expect.poll(async () => (await order(id)).status, PATIENCE).toBe(status);
      return await order(id);
    },
    async deadLetters(orderId, status = 'open') {
      const find = async () =>
        (await get(`/v2/dead-letters?limit=100`)).json.items.filter((letter: DeadLetter) => letter.orderId === orderId);
      await expect.poll(find, PATIENCE).toContainEqual(expect.objectContaining({ status }));
      return await find();
    },
    stock: async () => (await get(`/v2/books/${bookId}`)).json.stock,
  };
}
