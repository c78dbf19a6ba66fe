import type { Response } from 'express';
import { ProblemError, problemBody } from '../../platform/problem.ts';
import { stateOf } from '../../platform/request-context.ts';
import type { Limit } from '../algorithms/limit.ts';
import type { LimitDecision } from '../store/limiter.ts';
import { limitHeaders, longestRefusal, secondsUntilMore } from './limit-headers.ts';

/** Answers 429 with the limits that were exceeded, by the names that they have in RateLimit-Policy. */
export function sendRefusal(response: Response, decision: LimitDecision): void {
  const refusal = longestRefusal(decision.outcomes);
  if (!refusal) throw new Error('A request that no limit refused is not to be refused.');
  const retryAfterSeconds = secondsUntilMore(refusal);
  const detail = `${describe(refusal.limit)} Try again in ${retryAfterSeconds} s.`;
  const problem = new ProblemError('RATE_LIMITED', { detail, retryAfterSeconds });
  const violated = decision.outcomes.filter(({ allowed }) => !allowed).map(({ limit }) => limit.name);
  for (const [name, value] of Object.entries(limitHeaders(decision))) response.setHeader(name, value);
  response.setHeader('Cache-Control', 'no-store');
  response.status(problem.status).type('application/problem+json');
  response.send(
    JSON.stringify({ ...problemBody(problem, stateOf(response).requestId), 'violated-policies': violated }),
  );
}

function describe(limit: Limit): string {
  if (limit.kind === 'slots') return `${limit.limit} such requests are under way, which is the limit ${limit.name}.`;
  return `The limit ${limit.name} of ${limit.limit} requests in ${limit.windowMs / 1_000} s is used up.`;
}
