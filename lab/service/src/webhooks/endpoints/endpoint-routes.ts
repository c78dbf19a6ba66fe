import { type RequestHandler, Router } from 'express';
import * as z from 'zod';
import { requireRole } from '../../auth/authenticate.ts';
import { keyedRequest } from '../../idempotency/idempotency-key.ts';
import { sendOnce } from '../../idempotency/send-once.ts';
import { ProblemError } from '../../platform/problem.ts';
import { tenantContextOf } from '../../platform/request-context.ts';
import { parseId, parseInput, text } from '../../platform/validation.ts';
import { EVENT_TYPES } from './endpoint.ts';
import type { EndpointRepository } from './endpoint-repository.ts';
import { existing, type ManageEndpoints } from './manage-endpoints.ts';

interface EndpointRouteParts {
  readonly authenticate: RequestHandler;
  readonly endpoints: EndpointRepository;
  readonly manage: ManageEndpoints;
}

const eventTypesSchema = z
  .array(z.enum(EVENT_TYPES))
  .min(1)
  .max(EVENT_TYPES.length)
  .refine((types) => new Set(types).size === types.length, 'name a type once at most');
const wishSchema = z.strictObject({ url: text().min(1).max(2_000), eventTypes: eventTypesSchema });
const changeSchema = wishSchema.partial();

/** For the shop's administrators: where to send what happens. */
export function endpointRoutes({ authenticate, endpoints, manage }: EndpointRouteParts): Router {
  const router = Router();
  router.use('/v2/webhook-endpoints', authenticate, requireRole('admin'), (_request, response, next) => {
    response.setHeader('Cache-Control', 'private, no-store');
    next();
  });

  router.post('/v2/webhook-endpoints', async (request, response) => {
    const wish = parseInput(wishSchema, request.body);
    sendOnce(response, await manage.create(tenantContextOf(response), keyedRequest(request, wish), wish));
  });

  router.get('/v2/webhook-endpoints', async (_request, response) => {
    response.json({ items: await endpoints.list(tenantContextOf(response)) });
  });

  router.get('/v2/webhook-endpoints/:id', async (request, response) => {
    response.json(existing(await endpoints.findById(tenantContextOf(response), parseId(request.params.id))));
  });

  router.patch('/v2/webhook-endpoints/:id', async (request, response) => {
    const { url, eventTypes } = parseInput(changeSchema, request.body);
    const wish = { ...(url === undefined ? {} : { url }), ...(eventTypes === undefined ? {} : { eventTypes }) };
    response.json(await manage.change(tenantContextOf(response), parseId(request.params.id), wish));
  });

  router.delete('/v2/webhook-endpoints/:id', async (request, response) => {
    const removed = await endpoints.remove(tenantContextOf(response), parseId(request.params.id));
    if (!removed) throw new ProblemError('NOT_FOUND');
    response.status(204).end();
  });

  router.post('/v2/webhook-endpoints/:id/suspend', async (request, response) => {
    response.json(existing(await endpoints.suspend(tenantContextOf(response), parseId(request.params.id))));
  });

  router.post('/v2/webhook-endpoints/:id/resume', async (request, response) => {
    response.json(existing(await endpoints.resume(tenantContextOf(response), parseId(request.params.id))));
  });

  router.post('/v2/webhook-endpoints/:id/rotate-secret', async (request, response) => {
    const id = parseId(request.params.id);
    sendOnce(response, await manage.rotateSecret(tenantContextOf(response), keyedRequest(request, {}), id));
  });

  return router;
}
