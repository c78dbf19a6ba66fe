import { type BackoffSettings, backoffMs } from '../../jobs/backoff.ts';
import { classify } from '../../jobs/classify.ts';
import { CallError } from '../../platform/call-error.ts';
import type { DeadReason } from '../deliveries/delivery.ts';
import type { Attempt } from '../sending/attempt.ts';

/** What follows from an attempt for the delivery. `counted` is false when the attempt says nothing about it. */
export type Fate =
  | { readonly status: 'delivered' }
  | { readonly status: 'pending'; readonly inMs: number; readonly counted: boolean }
  | { readonly status: 'dead'; readonly reason: DeadReason };

export interface DeliveryPolicy {
  readonly attemptsMax: number;
  readonly backoff: BackoffSettings;
  readonly random: () => number;
}

/** Nobody may park a delivery for longer by asking for it. */
const RETRY_AFTER_MAX_MS = 3_600_000;
/** Deliveries that were told the same moment come back spread over this time, never before it. */
const RETRY_AFTER_SPREAD_MS = 500;
const GONE = 410;

/** `attemptNumber` is that of this attempt, from 1. Success is a status of 2xx; everything else is a failure. */
export function decideDelivery(attempt: Attempt, attemptNumber: number, policy: DeliveryPolicy): Fate {
  if (attempt.kind === 'interrupted') return { status: 'pending', inMs: 0, counted: false };
  if (isSuccess(attempt)) return { status: 'delivered' };
  const { status, retryAfterMs } = attempt.kind === 'answered' ? attempt : {};
  if (status === GONE) return { status: 'dead', reason: 'gone' };
  const failure = classify(new CallError('', { status, retryAfterMs }));
  if (failure.kind === 'permanent') return { status: 'dead', reason: 'refused' };
  if (attemptNumber >= policy.attemptsMax) return { status: 'dead', reason: 'exhausted' };
  return { status: 'pending', inMs: pauseMs(attemptNumber, retryAfterMs, policy), counted: true };
}

export function isSuccess(attempt: Attempt): boolean {
  return attempt.kind === 'answered' && attempt.status >= 200 && attempt.status < 300;
}

function pauseMs(attemptNumber: number, retryAfterMs = 0, { backoff, random }: DeliveryPolicy): number {
  if (retryAfterMs === 0) return backoffMs(attemptNumber, backoff, random);
  return Math.min(retryAfterMs, RETRY_AFTER_MAX_MS) + Math.round(RETRY_AFTER_SPREAD_MS * random());
}
