import type { EndpointStatus } from '../endpoints/endpoint.ts';
import type { Attempt } from '../sending/attempt.ts';
import { type Fate, isSuccess } from './decide-delivery.ts';

/** What all workers together know of an endpoint. */
export interface EndpointHealth {
  readonly status: EndpointStatus;
  readonly consecutiveFailures: number;
}

export interface HealthPolicy {
  /** So many failures in a row open the breaker: nothing is sent for a period, then one delivery to see. */
  readonly breakerFailures: number;
  readonly breakerPeriodMs: number;
  /** So many in a row suspend the endpoint until an administrator resumes it. */
  readonly suspendFailures: number;
  readonly random: () => number;
}

export interface HealthChange {
  readonly consecutiveFailures: number;
  /** Undefined: it stays. */
  readonly newStatus: { readonly status: EndpointStatus; readonly reason: 'failures' | 'gone' } | undefined;
  /** Nothing is sent for so long; 0: it may go on. */
  readonly pauseMs: number;
  /** It was down and has answered: what has waited goes out slowly at first. */
  readonly comesBack: boolean;
}

/** The endpoint asks for less, by what these mean. */
const THROTTLING = new Set([429, 502, 504]);
/** Probes of many endpoints on one host, which failed together, do not come back together. */
const PERIOD_SPREAD = 0.3;

/** What an attempt and its fate mean for the endpoint; undefined when they say nothing about it. */
export function afterAttempt(
  { status, consecutiveFailures }: EndpointHealth,
  { attempt, fate }: { readonly attempt: Attempt; readonly fate: Fate },
  policy: HealthPolicy,
): HealthChange | undefined {
  if (attempt.kind === 'broken' || attempt.kind === 'interrupted') return undefined;
  const comesBack = consecutiveFailures >= policy.breakerFailures;
  if (isSuccess(attempt)) return { consecutiveFailures: 0, newStatus: undefined, pauseMs: 0, comesBack };
  const failures = consecutiveFailures + 1;
  return {
    consecutiveFailures: failures,
    newStatus: status === 'active' ? newStatusAfter(failures, fate, policy) : undefined,
    pauseMs: Math.max(breakerMs(failures, fate, policy), throttleMs(attempt, fate)),
    comesBack: false,
  };
}

function newStatusAfter(failures: number, fate: Fate, { suspendFailures }: HealthPolicy): HealthChange['newStatus'] {
  if (fate.status === 'dead' && fate.reason === 'gone') return { status: 'disabled', reason: 'gone' };
  return failures >= suspendFailures ? { status: 'suspended', reason: 'failures' } : undefined;
}

function breakerMs(failures: number, fate: Fate, { breakerFailures, breakerPeriodMs, random }: HealthPolicy): number {
  // Who refuses a message is up and answers: only suspension counts that.
  const isRefusal = fate.status === 'dead' && fate.reason !== 'exhausted';
  if (failures < breakerFailures || isRefusal) return 0;
  return Math.round(breakerPeriodMs * (1 + PERIOD_SPREAD * random()));
}

/** As long as the delivery itself waits: the others go to the same door. */
function throttleMs(attempt: Attempt, fate: Fate): number {
  if (attempt.kind !== 'answered' || fate.status !== 'pending') return 0;
  return THROTTLING.has(attempt.status) || (attempt.retryAfterMs ?? 0) > 0 ? fate.inMs : 0;
}
