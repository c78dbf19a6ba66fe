import type { DeadLetterReason } from '../dead-letters/dead-letter.ts';
import { deadLetterOf, type NewDeadLetter } from '../dead-letters/insert-dead-letter.ts';
import type { TenantContext } from '../platform/request-context.ts';
import { type BackoffSettings, backoffMs } from './backoff.ts';
import { chanceOf } from './chance-of.ts';
import { classify } from './classify.ts';
import { type Delivery, type JobOutcome, jobContextOf } from './job.ts';

/** What becomes of a job after one attempt. `counted` is false when the attempt says nothing about the job. */
export type Verdict =
  | { readonly kind: 'ended'; readonly outcome: JobOutcome; readonly error?: unknown }
  | { readonly kind: 'again'; readonly inMs: number; readonly counted: boolean; readonly error: unknown };

/** Never rejects. */
export type PerformJob = (delivery: Delivery) => Promise<Verdict>;

interface PerformJobParts {
  /** Bears being run again, at the same time too. */
  readonly effect: (context: TenantContext, delivery: Delivery) => Promise<JobOutcome>;
  /** Makes the dead letter durable, once for each event. False when there is nothing left to do for it. */
  readonly bury: (context: TenantContext, letter: NewDeadLetter) => Promise<boolean>;
  readonly attemptsMax: number;
  /** A job that has ended this many workers is taken to be the cause. */
  readonly crashesMax: number;
  readonly backoff: BackoffSettings;
}

/** Nobody may park a job for longer by asking for it. */
const RETRY_AFTER_MAX_MS = 3_600_000;
/** Jobs that were told the same moment come back spread over this time, never before it. */
const RETRY_AFTER_SPREAD_MS = 500;

/** One attempt, and the decision what follows. A job leaves the queue only when its effect or its dead letter is durable. */
export function createPerformJob(parts: PerformJobParts): PerformJob {
  const { effect, bury, attemptsMax, crashesMax, backoff } = parts;

  return async (delivery) => {
    try {
      return await attempt(delivery);
    } catch (error) {
      // The dead letter could not be written, or our own side is away: the job stays until it can be decided.
      return { kind: 'again', inMs: backoffMs(1, backoff, chanceOf(delivery)), counted: false, error };
    }
  };

  async function attempt(delivery: Delivery): Promise<Verdict> {
    if (delivery.crashes >= crashesMax) {
      const error = new Error(`${delivery.crashes} workers died or fell silent with this job in hand.`);
      return await giveUp(delivery, 'crashed', error);
    }
    try {
      return { kind: 'ended', outcome: await effect(jobContextOf(delivery), delivery) };
    } catch (error) {
      const failure = classify(error);
      if (failure.kind === 'own-outage') throw error;
      if (failure.kind === 'permanent') return await giveUp(delivery, 'refused', error);
      if (delivery.attempt >= attemptsMax) return await giveUp(delivery, 'exhausted', error);
      return { kind: 'again', inMs: pauseMs(delivery, failure.retryAfterMs), counted: true, error };
    }
  }

  async function giveUp(delivery: Delivery, reason: DeadLetterReason, error: unknown): Promise<Verdict> {
    const buried = await bury(jobContextOf(delivery), deadLetterOf(delivery, reason, error));
    return { kind: 'ended', outcome: buried ? 'dead' : 'settled', error };
  }

  function pauseMs(delivery: Delivery, retryAfterMs = 0): number {
    const chance = chanceOf(delivery);
    if (retryAfterMs === 0) return backoffMs(delivery.attempt, backoff, chance);
    return Math.min(retryAfterMs, RETRY_AFTER_MAX_MS) + Math.round(RETRY_AFTER_SPREAD_MS * chance());
  }
}
