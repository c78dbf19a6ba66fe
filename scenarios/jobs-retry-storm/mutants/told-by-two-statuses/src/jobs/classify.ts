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

/** Client errors that time mends: time-out, the same request still in flight, too early, too many. */
const WORTH_ANOTHER_ATTEMPT = new Set([408, 409, 425, 429]);

export function classify(error: unknown): Failure {
  // A call that was never made: our own limits held it back, and waiting for them is no attempt.
  if (error instanceof CallError && error.code === 'CALLS_LIMITED') return { kind: 'own-outage' };
  if (error instanceof CallError) {
    const { status = 0 } = error;
    const refused = status >= 400 && status < 500 && !WORTH_ANOTHER_ATTEMPT.has(status);
    // With others the header has no meaning.
    const retryAfterMs = status === 429 || status === 503 ? error.retryAfterMs : undefined;
    return refused ? { kind: 'permanent' } : { kind: 'retryable', retryAfterMs };
  }
  if (databaseProblem(error) || (error instanceof ProblemError && error.status === 503)) return { kind: 'own-outage' };
  // Most likely a bug that this job's data meets. It ends as a dead letter, where somebody sees it.
  return { kind: 'retryable' };
}
