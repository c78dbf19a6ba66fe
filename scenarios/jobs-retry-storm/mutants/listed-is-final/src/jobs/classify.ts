import { CallError } from '../platform/call-error.ts';
import { databaseProblem } from '../platform/database-errors.ts';
import { ProblemError } from '../platform/problem.ts';

/**
 * `permanent`: another attempt would get the same answer. `retryable`: it may succeed, so the attempts are counted.
 * `own-outage`: our own database or cache is away, or our own limits held the call back; nothing is said about the job, so it does not count.
 */
export type Failure =
  | { readonly kind: 'permanent' }
  | { readonly kind: 'retryable'; readonly retryAfterMs?: number | undefined }
  | { readonly kind: 'own-outage' };

/** What the provider will not take from us, whenever we ask. */
const FINAL = new Set([400, 402, 403, 404, 410, 422]);

export function classify(error: unknown): Failure {
  // A call that was never made: our own limits held it back, and waiting for them is no attempt.
  if (error instanceof CallError && error.code === 'CALLS_LIMITED') return { kind: 'own-outage' };
  if (error instanceof CallError) {
    const { status = 0, retryAfterMs } = error;
    const refused = FINAL.has(status);
    return refused ? { kind: 'permanent' } : { kind: 'retryable', retryAfterMs };
  }
  if (databaseProblem(error) || (error instanceof ProblemError && error.status === 503)) return { kind: 'own-outage' };
  // Most likely a bug that this job's data meets. It ends as a dead letter, where somebody sees it.
  return { kind: 'retryable' };
}
