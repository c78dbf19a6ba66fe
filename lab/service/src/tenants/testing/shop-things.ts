import { randomInt, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { TestService, TestTenant } from '../../testing/test-service.ts';

/** Names of what one shop has: one thing of every kind that a request can name. */
export interface ShopThings {
  readonly tenantId: string;
  readonly slug: string;
  /** Three, all in stock and of version 1. */
  readonly bookIds: readonly string[];
  readonly isbn: string;
  readonly title: string;
  /** Used for a book and for an order. */
  readonly idempotencyKey: string;
  readonly orderId: string;
  /** Open. */
  readonly deadLetterId: string;
  readonly readyUploadId: string;
  readonly pendingUploadId: string;
  /** Pending, and comes in parts. */
  readonly partsUploadId: string;
  readonly endpointId: string;
  /** Given up. */
  readonly deliveryId: string;
}

/** Names of the same form that nobody has. */
export function nobodysThings(): ShopThings {
  const { tenantId, slug, isbn, title, idempotencyKey } = newNames(randomUUID());
  return {
    tenantId,
    slug,
    isbn,
    title,
    idempotencyKey,
    bookIds: [randomUUID(), randomUUID(), randomUUID()],
    orderId: randomUUID(),
    deadLetterId: randomUUID(),
    readyUploadId: randomUUID(),
    pendingUploadId: randomUUID(),
    partsUploadId: randomUUID(),
    endpointId: randomUUID(),
    deliveryId: randomUUID(),
  };
}

/** Fills a shop. As its administrator where a request can do it; what only a worker does is written for it. */
export async function fillShop(service: TestService, tenant: TestTenant, token: string): Promise<ShopThings> {
  const names = newNames(tenant.id);
  const { idempotencyKey, isbn, title } = names;
  const { query } = service.database;
  const post = async (path: string, body: unknown) => {
    const headers = { 'idempotency-key': idempotencyKey };
    const { status, json } = await service.request(path, { method: 'POST', token, headers, body });
    expect({ path, status, json }).toMatchObject({ status: 201 });
    return json.id as string;
  };
  await query('UPDATE books SET title = $2 || title, stock = 1000 WHERE tenant_id = $1', [tenant.id, `${title} `]);
  await post('/v2/books', { isbn, title, author: `${title} author`, priceCents: 500, currency: 'EUR', stock: 5 });
  const endpointId = await post('/v2/webhook-endpoints', {
    url: `http://127.0.0.1:9/${tenant.slug}`,
    eventTypes: ['order.placed'],
  });
  // Of the third book, so that the others stay as they were made.
  const orderId = await post('/v2/orders', { lines: [{ bookId: tenant.bookIds[2], quantity: 1 }] });
  const [delivery] = await query<{ id: string }>(
    `UPDATE webhook_deliveries SET status = 'dead', dead_reason = 'exhausted', last_error = $2
     WHERE tenant_id = $1 RETURNING id`,
    [tenant.id, `${title} delivery`],
  );
  const [deadLetterId, readyUploadId] = [randomUUID(), randomUUID()];
  await query(
    `INSERT INTO dead_letters (tenant_id, id, kind, order_id, reason, attempts, last_error, request_id)
     VALUES ($1, $2, 'order.placed', $3, 'exhausted', 8, $4, 'request')`,
    [tenant.id, deadLetterId, orderId, `${title} letter`],
  );
  await query(
    `INSERT INTO uploads (tenant_id, id, kind, status, content_type, bytes, expires_at, etag, confirmed_at, claim,
       sha256, settled_at, request_id)
     VALUES ($1, $2, 'image', 'ready', 'image/png', 1000, now() + interval '1 day', $3, now(), gen_random_uuid(),
       encode(sha256(gen_random_uuid()::text::bytea), 'hex'), now(), 'request')`,
    [tenant.id, readyUploadId, `${title} tag`],
  );
  const pendingUploadId = await post('/v2/uploads', { kind: 'image', contentType: 'image/png', bytes: 1_000 });
  const inParts = { kind: 'video', contentType: 'video/mp4', bytes: 40_000_000, multipart: true };
  const partsUploadId = await post('/v2/uploads', inParts);
  return {
    ...names,
    slug: tenant.slug,
    bookIds: tenant.bookIds,
    orderId,
    deadLetterId,
    readyUploadId,
    pendingUploadId,
    partsUploadId,
    endpointId,
    deliveryId: delivery?.id ?? '',
  };
}

function newNames(tenantId: string) {
  const mark = tenantId.slice(0, 8);
  return {
    tenantId,
    slug: `shop-${mark}`,
    isbn: String(randomInt(1e12, 1e13)),
    title: `Mark-${mark}`,
    idempotencyKey: `key-of-${mark}`,
  };
}
