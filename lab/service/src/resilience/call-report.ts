import { CALLS_LIMITED } from '../limits/calls/call-limiter.ts';
import { CallError } from '../platform/call-error.ts';
import type { CallReport } from './breaker.ts';

/**
 * A service that refuses a request is up and answers. No answer, one that cannot be read, or one that says that it is
 * broken are failures. Our own limits and errors say nothing about it.
 */
export function reportOfCallError(error: unknown): CallReport {
  if (!(error instanceof CallError) || error.code === CALLS_LIMITED) return 'nothing';
  return error.status === undefined || error.status >= 500 ? 'failure' : 'success';
}
