import { type Request, type RequestHandler, type Response, Router } from 'express';
import { ProblemError } from '../../platform/problem.ts';
import { type Principal, stateOf } from '../../platform/request-context.ts';
import type { Limit } from '../algorithms/limit.ts';
import type { LimitDecision, Limiter } from '../store/limiter.ts';
import { limitHeaders } from './limit-headers.ts';
import { CLASSIFIED_ROUTES, classOfMethod, type RouteClass } from './route-classes.ts';
import { sendRefusal } from './send-refusal.ts';

export interface RequestLimiterParts {
  readonly limiter: Limiter;
  /** Of the caller's tenant, by its plan. */
  readonly limitsOfTenant: (caller: Principal, routeClass: RouteClass) => readonly Limit[];
  /** Of one client address: without a valid token, and for sign-in. */
  readonly addressLimits: readonly Limit[];
  readonly loginLimits: readonly Limit[];
  readonly addressOf: (request: Request) => string;
}

/**
 * Refuses what is over a limit before anything is spent on it. It belongs behind the middleware that names the caller
 * from the token, and before the body is read; probes are answered before it.
 */
export function createRequestLimiter(parts: RequestLimiterParts): Router {
  const router = Router();
  const handlers = {
    read: limitAs('read'),
    write: limitAs('write'),
    search: limitAs('search'),
    login: limitAs('login'),
  };
  // Express matches the templates here as it does later, so no spelling of a path has a class of its own.
  for (const { method, path, routeClass } of CLASSIFIED_ROUTES) router[method](path, handlers[routeClass]);
  router.use((request, response, next) => handlers[classOfMethod(request.method)](request, response, next));
  return router;

  function limitAs(routeClass: RouteClass): RequestHandler {
    return async (request, response, next) => {
      const decision = await decide(routeClass, request, response);
      // The client has gone while the store was asked.
      if (response.destroyed) return decision.release();
      if (!decision.allowed) return sendRefusal(response, decision);
      response.once('close', decision.release);
      for (const [name, value] of Object.entries(limitHeaders(decision))) response.setHeader(name, value);
      // Past the other classes: a request is counted once.
      next('router');
    };
  }

  async function decide(routeClass: RouteClass, request: Request, response: Response): Promise<LimitDecision> {
    const { limiter, limitsOfTenant, addressLimits, loginLimits, addressOf } = parts;
    if (routeClass === 'login') {
      return await limiter.decideExactly({ scope: 'address', id: addressOf(request) }, loginLimits).catch(refuseLogin);
    }
    const { principal } = stateOf(response);
    if (!principal) return await limiter.decide({ scope: 'address', id: addressOf(request) }, addressLimits);
    // A search costs far more than a page, so that it has counts of its own.
    const id = routeClass === 'search' ? `${principal.tenantId}:search` : principal.tenantId;
    return await limiter.decide({ scope: 'tenant', id }, limitsOfTenant(principal, routeClass));
  }
}

/** Sign-in fails closed: nobody may guess passwords without limit because a store is away. */
export function refuseLogin(cause: unknown): never {
  const detail = 'Signing in is not possible at the moment. Tokens stay valid.';
  throw new ProblemError('LIMITS_UNAVAILABLE', { detail, retryAfterSeconds: 1, cause });
}
