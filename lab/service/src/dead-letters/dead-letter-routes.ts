import { type RequestHandler, Router } from 'express';
import * as z from 'zod';
import { requireRole } from '../auth/authenticate.ts';
import { ProblemError } from '../platform/problem.ts';
import { tenantContextOf } from '../platform/request-context.ts';
import { decodeTimeCursor, timeListShape, toTimePage } from '../platform/time-cursor.ts';
import { parseId, parseInput, text } from '../platform/validation.ts';
import type { DeadLetterRepository } from './dead-letter-repository.ts';

interface DeadLetterRouteParts {
  readonly authenticate: RequestHandler;
  readonly deadLetters: DeadLetterRepository;
}

const listSchema = z.object({ ...timeListShape, status: z.enum(['open', 'redriven', 'dismissed']).optional() });
const dismissalSchema = z.strictObject({ reason: text().trim().min(1).max(500) });

/** For the shop's administrators: what was given up, and what to do about it. */
export function deadLetterRoutes({ authenticate, deadLetters }: DeadLetterRouteParts): Router {
  const router = Router();
  router.use('/v2/dead-letters', authenticate, requireRole('admin'), (_request, response, next) => {
    response.setHeader('Cache-Control', 'private, no-store');
    next();
  });

  router.get('/v2/dead-letters', async (request, response) => {
    const { status, limit, cursor } = parseInput(listSchema, request.query);
    const options = { status, limit: limit + 1, after: decodeTimeCursor(cursor) };
    response.json(toTimePage(await deadLetters.list(tenantContextOf(response), options), limit));
  });

  router.get('/v2/dead-letters/:id', async (request, response) => {
    const letter = await deadLetters.findById(tenantContextOf(response), parseId(request.params.id));
    if (!letter) throw new ProblemError('NOT_FOUND');
    response.json(letter);
  });

  router.post('/v2/dead-letters/:id/redrive', async (request, response) => {
    response.status(202).json(await deadLetters.redrive(tenantContextOf(response), parseId(request.params.id)));
  });

  router.post('/v2/dead-letters/:id/dismiss', async (request, response) => {
    const { reason } = parseInput(dismissalSchema, request.body);
    response.json(await deadLetters.dismiss(tenantContextOf(response), parseId(request.params.id), reason));
  });

  return router;
}
