import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { CacheScope } from '../cache-kind.ts';
import { sharedTag } from './purge-client.ts';

interface SharedAnswer {
  /** The same for everybody who asks for this URL, whoever they are. */
  readonly body: unknown;
  readonly scope: CacheScope;
  readonly tags: readonly string[];
  /** A shared cache may keep it: it can be purged, and nothing under its tags is being changed. */
  readonly mayBeKept: boolean;
}

/** How long a shared cache keeps an answer that nobody purges. */
const SHARED_SECONDS = 60;
/** A browser asks each time, and is answered 304 by the shared cache. Nobody can purge a browser. */
const KEPT = `public, max-age=0, must-revalidate, s-maxage=${SHARED_SECONDS}`;
const NOT_KEPT = 'private, no-cache';

/** About one request, not about the answer: whoever is served a copy would be told another's. */
const OF_ONE_REQUEST = [
  'X-Request-Id',
  'RateLimit',
  'RateLimit-Policy',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
];

/** Answers a public GET. There is no Vary: nothing but the URL decides about the answer. */
export function sendShared(request: Request, response: Response, { body, scope, tags, mayBeKept }: SharedAnswer): void {
  const text = JSON.stringify(body);
  const etag = tagOf(text);
  response.setHeader('ETag', etag);
  response.setHeader('Cache-Control', mayBeKept ? KEPT : NOT_KEPT);
  if (mayBeKept) {
    response.setHeader('Surrogate-Key', tags.map((tag) => sharedTag(scope, tag)).join(' '));
    for (const name of OF_ONE_REQUEST) response.removeHeader(name);
  }
  if (names(request.get('if-none-match'), etag)) response.status(304).end();
  else response.type('application/json').send(text);
}

/** Of the bytes: it changes when they do, be it by a change of the data or by a new release. */
function tagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
}

/** Compared weakly, as RFC 9110 asks for If-None-Match. */
function names(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
