import { type Request, type RequestHandler, Router } from 'express';
import * as z from 'zod';
import { requireRole } from '../auth/authenticate.ts';
import { ProblemError } from '../platform/problem.ts';
import { tenantContextOf } from '../platform/request-context.ts';
import { decodeTimeCursor, timeListShape, toTimePage } from '../platform/time-cursor.ts';
import { parseId, parseInput } from '../platform/validation.ts';
import type { OrderRepository } from './order-repository.ts';
import type { PlaceOrder } from './place-order.ts';

interface OrderRouteParts {
  readonly authenticate: RequestHandler;
  readonly orders: OrderRepository;
  readonly placeOrder: PlaceOrder;
}

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

const lineSchema = z.strictObject({ bookId: z.guid().toLowerCase(), quantity: z.int().min(1).max(99) });
const orderSchema = z.strictObject({
  lines: z
    .array(lineSchema)
    .min(1)
    .max(50)
    .refine((lines) => new Set(lines.map(({ bookId }) => bookId)).size === lines.length, 'name a book once at most'),
});
const listSchema = z.object(timeListShape);

export function orderRoutes({ authenticate, orders, placeOrder }: OrderRouteParts): Router {
  const router = Router();

  router.post('/v2/orders', authenticate, requireRole('admin', 'clerk'), async (request, response) => {
    const idempotencyKey = idempotencyKeyOf(request);
    const { lines } = parseInput(orderSchema, request.body);
    const { order, replayed } = await placeOrder(tenantContextOf(response), { idempotencyKey, lines });
    if (replayed) response.setHeader('Idempotent-Replayed', 'true');
    response.setHeader('Location', `/v2/orders/${order.id}`);
    response.setHeader('Cache-Control', 'private, no-store');
    response.status(201).json(order);
  });

  router.get('/v2/orders', authenticate, async (request, response) => {
    const { limit, cursor } = parseInput(listSchema, request.query);
    const options = { limit: limit + 1, after: decodeTimeCursor(cursor) };
    const page = toTimePage(await orders.list(tenantContextOf(response), options), limit);
    response.setHeader('Cache-Control', 'private, no-store');
    response.json(page);
  });

  router.get('/v2/orders/:id', authenticate, async (request, response) => {
    const order = await orders.findById(tenantContextOf(response), parseId(request.params.id));
    if (!order) throw new ProblemError('NOT_FOUND');
    response.setHeader('Cache-Control', 'private, no-store');
    response.json(order);
  });

  return router;
}

function idempotencyKeyOf(request: Request): string {
  const key = request.get('idempotency-key');
  if (key !== undefined && VISIBLE_ASCII.test(key)) return key;
  const detail = 'Send an Idempotency-Key of 1 to 255 visible ASCII characters, and the same one when you try again.';
  throw new ProblemError('IDEMPOTENCY_KEY_MISSING', { detail });
}
