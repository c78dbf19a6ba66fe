import { type RequestHandler, Router } from 'express';
import { requireRole } from '../auth/authenticate.ts';
import { tenantContextOf } from '../platform/request-context.ts';
import { parseId } from '../platform/validation.ts';
import type { CancelOrder } from './cancel-order.ts';

interface CancelRouteParts {
  readonly authenticate: RequestHandler;
  readonly cancelOrder: CancelOrder;
}

/** Needs no Idempotency-Key: the order's own state tells a second request that there is nothing left to do. */
export function cancelRoutes({ authenticate, cancelOrder }: CancelRouteParts): Router {
  const router = Router();
  router.post('/v2/orders/:id/cancel', authenticate, requireRole('admin', 'clerk'), async (request, response) => {
    const order = await cancelOrder(tenantContextOf(response), parseId(request.params.id));
    response.setHeader('Cache-Control', 'private, no-store');
    response.json(order);
  });
  return router;
}
