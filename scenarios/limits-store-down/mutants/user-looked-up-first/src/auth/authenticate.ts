import type { Request, RequestHandler } from 'express';
import { ProblemError } from '../platform/problem.ts';
import { type Principal, principalOf, type Role, signIn, stateOf } from '../platform/request-context.ts';
import type { AccessTokens } from './access-token.ts';

/** The plan that a tenant has now. */
export type PlanOf = (tenantId: string) => Promise<string | undefined>;

/** Names the caller of a request that carries a valid access token, and lets every other one pass without a name. */
export function identify(tokens: AccessTokens, planOf: PlanOf): RequestHandler {
  return async (request, response, next) => {
    const principal = await principalIn(request, tokens);
    // The plan of today, and not the one of when the token was made.
    if (principal) signIn(response, { ...principal, plan: (await planOf(principal.tenantId)) ?? principal.plan });
    next();
  };
}

/** Lets a request pass that carries a valid access token. */
export function authenticate(tokens: AccessTokens): RequestHandler {
  return async (request, response, next) => {
    if (!stateOf(response).principal) {
      const principal = await principalIn(request, tokens);
      if (!principal) throw new ProblemError('UNAUTHENTICATED');
      signIn(response, principal);
    }
    next();
  };
}

async function principalIn(request: Request, tokens: AccessTokens): Promise<Principal | undefined> {
  const [, token] = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.get('authorization') ?? '') ?? [];
  return token === undefined ? undefined : await tokens.verify(token);
}

export function requireRole(...allowed: readonly Role[]): RequestHandler {
  return (_request, response, next) => {
    if (!allowed.includes(principalOf(response).role)) throw new ProblemError('FORBIDDEN');
    next();
  };
}
