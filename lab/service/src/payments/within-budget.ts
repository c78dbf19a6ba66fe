import { type BackoffSettings, backoffMs } from '../jobs/backoff.ts';
import type { PerformJob } from '../jobs/perform-job.ts';
import { ProblemError } from '../platform/problem.ts';
import type { GuardedCalls } from '../resilience/payment-calls.ts';

interface WithinBudgetParts {
  readonly perform: PerformJob;
  readonly calls: GuardedCalls;
  readonly backoff: BackoffSettings;
  readonly random?: () => number;
}

/**
 * Performs a job for the first time in any case, and again only while the budget for retries allows. The queue is the
 * one layer that tries again; where too much fails it is told to wait, which is no attempt.
 */
export function withinBudget({ perform, calls, backoff, random = Math.random }: WithinBudgetParts): PerformJob {
  return async (delivery) => {
    if (delivery.attempt === 1 || calls.mayRetry?.() !== false) return await perform(delivery);
    const error = new ProblemError('DEPENDENCY_AWAY', { detail: 'Too many calls to the payment provider fail.' });
    return { kind: 'again', inMs: backoffMs(1, backoff, random), counted: false, error };
  };
}
