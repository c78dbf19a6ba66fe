import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request goes no further. The message names the rule, never the token. */
export interface Refusal {
  readonly status: 400 | 401 | 403;
  readonly code: string;
  readonly message: string;
}

const localNames = ['127.0.0.1', 'localhost', '[::1]'];

/** Everything below is answered to the holder of the token alone; all else are pages, and public. */
const apiPath = /^\/api(?:\/|$|\?)/;

/**
 * The rules every request passes before it is routed. A page on another site can send requests to
 * this machine, by its own name or by one that resolves to 127.0.0.1; a process of another user can
 * connect too. The first rules stop the pages, the token stops both.
 */
export function refusalFor(request: IncomingMessage, guard: { port: number; token: string }): Refusal | null {
  return (
    refuseHost(request, guard.port) ??
    refuseTarget(request) ??
    refuseOrigin(request, guard.port) ??
    refuseFetchSite(request) ??
    (isApi(request) ? refuseToken(request, guard.token) : null)
  );
}

export function isApi(request: IncomingMessage): boolean {
  return apiPath.test(request.url ?? '');
}

function refuseHost(request: IncomingMessage, port: number): Refusal | null {
  const hosts = request.headersDistinct.host ?? [];
  const allowed = localNames.map((name) => `${name}:${port}`);
  const [host] = hosts;
  if (hosts.length === 1 && host !== undefined && allowed.includes(host.toLowerCase())) return null;
  return { status: 403, code: 'HOST_REFUSED', message: 'The Host header does not name this lab.' };
}

function refuseTarget(request: IncomingMessage): Refusal | null {
  if (request.url?.startsWith('/') === true && !request.url.startsWith('//')) return null;
  return { status: 400, code: 'TARGET_REFUSED', message: 'The request target must be a path.' };
}

function refuseOrigin(request: IncomingMessage, port: number): Refusal | null {
  const { origin } = request.headers;
  if (origin === undefined) return null;
  const allowed = localNames.map((name) => `http://${name}:${port}`);
  // Self means the very name the page was opened under, so localhost may not speak for 127.0.0.1.
  if (allowed.includes(origin) && origin === `http://${request.headers.host?.toLowerCase()}`) return null;
  return { status: 403, code: 'ORIGIN_REFUSED', message: 'Requests from other origins are refused.' };
}

function refuseFetchSite(request: IncomingMessage): Refusal | null {
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none' || isVisit(request)) return null;
  return { status: 403, code: 'SITE_REFUSED', message: 'Requests from other sites are refused.' };
}

/**
 * Somebody follows a link to a page of ours, or `lab open` sends the browser here. The page opens in a tab of its own,
 * where its origin keeps others out; it is not the answer to a script, a picture or a frame of another site.
 */
function isVisit(request: IncomingMessage): boolean {
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = request.headers;
  return request.method === 'GET' && !isApi(request) && mode === 'navigate' && destination === 'document';
}

function refuseToken(request: IncomingMessage, token: string): Refusal | null {
  const given = /^Bearer ([^\s]+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (given !== undefined && sameSecret(given, token)) return null;
  return { status: 401, code: 'TOKEN_REFUSED', message: 'The bearer token of the running session is needed.' };
}

/** Compares digests, so that neither the content nor the length of the secret shows in the time taken. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
