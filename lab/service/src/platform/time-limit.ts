import type { RequestHandler } from 'express';
import { sendProblem } from './error-handler.ts';
import { ProblemError } from './problem.ts';
import { abandon } from './request-context.ts';

/**
 * Answers for a handler that takes too long, and ends its work. It is the last resort: everything a handler waits for
 * has its own limit.
 */
export function timeLimit(limitMs: number): RequestHandler {
  return (_request, response, next) => {
    const timer = setTimeout(() => {
      const problem = new ProblemError('TIMED_OUT', { retryAfterSeconds: 1 });
      if (!response.headersSent) sendProblem(response, problem);
      abandon(response, problem);
    }, limitMs);
    response.once('close', () => clearTimeout(timer));
    next();
  };
}
