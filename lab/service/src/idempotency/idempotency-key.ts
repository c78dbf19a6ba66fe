import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { ProblemError } from '../platform/problem.ts';

/** A request that may be asked twice and must take effect once. Keys are per tenant and route. */
export interface KeyedRequest {
  /** Method and template, as `POST /v2/uploads`. */
  readonly route: string;
  readonly key: string;
  /** The same for two requests that ask for the same. */
  readonly requestHash: string;
}

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

/**
 * The request's Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), with a hash of what it asks for: its
 * path and `input`, the body as it was understood. Throws IDEMPOTENCY_KEY_MISSING.
 */
export function keyedRequest(request: Request, input: unknown): KeyedRequest {
  const key = request.get('idempotency-key');
  if (key === undefined || !VISIBLE_ASCII.test(key)) {
    const detail = 'Send an Idempotency-Key of 1 to 255 visible ASCII characters, and the same one when you try again.';
    throw new ProblemError('IDEMPOTENCY_KEY_MISSING', { detail });
  }
  const route = `${request.method} ${String(request.route?.path ?? request.path)}`;
  return { route, key, requestHash: hashOf([request.path, input]) };
}

/** Equal for values that differ in the order of their fields only. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const sorted = fields.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
}
