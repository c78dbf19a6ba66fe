import type { RequestHandler } from 'express';
import { sendProblem } from './error-handler.ts';
import { ProblemError } from './problem.ts';

/** Answers for a handler that takes too long. It is the last resort: everything a handler waits for has its own limit. */
export function timeLimit(limitMs: number): RequestHandler {
  return (_request, response, next) => {
    const timer = setTimeout(() => {
      if (!response.headersSent) sendProblem(response, new ProblemError('TIMED_OUT', { retryAfterSeconds: 1 }));
    }, limitMs);
    response.once('close', () => clearTimeout(timer));
    next();
  };
}
