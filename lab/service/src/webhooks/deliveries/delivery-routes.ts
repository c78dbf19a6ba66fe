import { type RequestHandler, Router } from 'express';
import * as z from 'zod';
import { requireRole } from '../../auth/authenticate.ts';
import { ProblemError } from '../../platform/problem.ts';
import { tenantContextOf } from '../../platform/request-context.ts';
import { decodeTimeCursor, timeListShape, toTimePage } from '../../platform/time-cursor.ts';
import { parseId, parseInput, text } from '../../platform/validation.ts';
import type { DeliveryRepository } from './delivery-repository.ts';

interface DeliveryRouteParts {
  readonly authenticate: RequestHandler;
  readonly deliveries: DeliveryRepository;
}

const listSchema = z.object({
  ...timeListShape,
  status: z.enum(['pending', 'sending', 'delivered', 'dead', 'dismissed']).optional(),
  endpointId: z.guid().toLowerCase().optional(),
});
const dismissalSchema = z.strictObject({ reason: text().trim().min(1).max(500) });

/** For the shop's administrators: what was sent, what waits, and what to do about that which was given up. */
export function deliveryRoutes({ authenticate, deliveries }: DeliveryRouteParts): Router {
  const router = Router();
  router.use('/v2/webhook-deliveries', authenticate, requireRole('admin'), (_request, response, next) => {
    response.setHeader('Cache-Control', 'private, no-store');
    next();
  });

  router.get('/v2/webhook-deliveries', async (request, response) => {
    const { limit, cursor, ...filter } = parseInput(listSchema, request.query);
    const options = { ...filter, limit: limit + 1, after: decodeTimeCursor(cursor) };
    response.json(toTimePage(await deliveries.list(tenantContextOf(response), options), limit));
  });

  router.get('/v2/webhook-deliveries/:id', async (request, response) => {
    const delivery = await deliveries.findById(tenantContextOf(response), parseId(request.params.id));
    if (!delivery) throw new ProblemError('NOT_FOUND');
    response.json(delivery);
  });

  router.post('/v2/webhook-deliveries/:id/redrive', async (request, response) => {
    response.status(202).json(await deliveries.redrive(tenantContextOf(response), parseId(request.params.id)));
  });

  router.post('/v2/webhook-deliveries/:id/dismiss', async (request, response) => {
    const { reason } = parseInput(dismissalSchema, request.body);
    response.json(await deliveries.dismiss(tenantContextOf(response), parseId(request.params.id), reason));
  });

  return router;
}
