import { ProblemError } from '../platform/problem.ts';

/**
 * Gives `work` a signal that is aborted with TIMED_OUT after `limitMs`, or earlier with the one that it lives under.
 * Whatever `work` waits for has to take the signal: it ends the waiting and the work behind it, so that nothing goes on
 * for nobody.
 */
export async function withDeadline<T>(
  limitMs: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new ProblemError('TIMED_OUT', { retryAfterSeconds: 1 })), limitMs);
  try {
    return await work(outer ? AbortSignal.any([outer, deadline.signal]) : deadline.signal);
  } finally {
    clearTimeout(timer);
  }
}
