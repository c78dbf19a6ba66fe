import type { RequestHandler } from 'express';
import { ProblemError } from '../platform/problem.ts';
import { principalOf, type Role, signIn } from '../platform/request-context.ts';
import type { AccessTokens } from './access-token.ts';

/** Lets a request pass that carries a valid access token. */
export function authenticate(tokens: AccessTokens): RequestHandler {
  return async (request, response, next) => {
    const [, token] = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.get('authorization') ?? '') ?? [];
    const principal = token === undefined ? undefined : await tokens.verify(token);
    if (!principal) throw new ProblemError('UNAUTHENTICATED');
    signIn(response, principal);
    next();
  };
}

export function requireRole(...allowed: readonly Role[]): RequestHandler {
  return (_request, response, next) => {
    if (!allowed.includes(principalOf(response).role)) throw new ProblemError('FORBIDDEN');
    next();
  };
}
