import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { ProblemError } from './problem.ts';

export type Role = 'admin' | 'editor' | 'clerk';

/** Who is calling, as the access token says. */
export interface Principal {
  readonly userId: string;
  readonly tenantId: string;
  readonly role: Role;
  readonly plan: string;
}

/** What one request used; repositories add to it and the metrics read it. */
export interface Usage {
  queries: number;
}

/** What work on behalf of one tenant needs to know about the request it serves. */
export interface TenantContext {
  readonly tenantId: string;
  readonly requestId: string;
  readonly usage: Usage;
  /** Aborted when nobody waits for the answer any more. Missing where nobody waits, as in a worker. */
  readonly signal?: AbortSignal | undefined;
}

interface RequestState {
  readonly requestId: string;
  readonly usage: Usage;
  readonly abandonment: AbortController;
  principal: Principal | undefined;
}

const ACCEPTED_REQUEST_ID = /^[\w.-]{1,64}$/;

/** Gives each request an id, the caller's own where it is harmless to log, and sends it back. */
export function requestContext(): RequestHandler {
  return (request, response, next) => {
    const abandonment = new AbortController();
    const requestId = requestIdOf(request);
    const state: RequestState = { requestId, usage: { queries: 0 }, abandonment, principal: undefined };
    response.locals.state = state;
    response.once('close', () => {
      if (!response.writableFinished) abandonment.abort(new ProblemError('CLIENT_GONE'));
    });
    response.setHeader('X-Request-Id', state.requestId);
    next();
  };
}

export function stateOf(response: Response): RequestState {
  return response.locals.state as RequestState;
}

export function signIn(response: Response, principal: Principal): void {
  stateOf(response).principal = principal;
}

/** The caller of a route behind the authenticate middleware. */
export function principalOf(response: Response): Principal {
  const { principal } = stateOf(response);
  if (!principal) throw new Error('A route that needs a caller is not behind the authenticate middleware.');
  return principal;
}

export function tenantContextOf(response: Response): TenantContext {
  const { requestId, usage, abandonment } = stateOf(response);
  return { tenantId: principalOf(response).tenantId, requestId, usage, signal: abandonment.signal };
}

/** Ends the work for a request whose caller has had an answer already. */
export function abandon(response: Response, reason: ProblemError): void {
  stateOf(response).abandonment.abort(reason);
}

function requestIdOf(request: Request): string {
  const given = request.get('x-request-id');
  return given !== undefined && ACCEPTED_REQUEST_ID.test(given) ? given : randomUUID();
}
