import type { Quotas } from '@lab/checks';
import type { PlanName } from '../shared/plan-clients.ts';

/** Every window of this scenario: a minute of the price list. */
export const windowMs = 1_000;

const plans = {
  free: { limit: 15, windowMs, burst: 4 },
  pro: { limit: 30, windowMs, burst: 8 },
  enterprise: { limit: 45, windowMs, burst: 12 },
} as const;

/** Of whoever comes without a token, by address. */
const address = { limit: 15, windowMs, burst: 4 };

/** What each client may ask for, by the first part of its key. */
export const quotas: Quotas = { ...plans, address };

/** What honest clients ask for: a share of their plans' limits. */
export const honestShare = 0.75;

/** A replica that decides alone lets a client through this many times its limit at most. */
export const ceilingFactor = 2;

/** Of one account. The windows are long, so that nothing comes back while somebody guesses. */
export const accountLimit = { limit: 3, windowMs: 10_000, burst: 3 } as const;

/** The lab signs in from one address, more often than people do. */
const login = { account: [accountLimit], address: [{ limit: 600, windowMs: 10_000, burst: 300 }] };

/** Nobody waits longer for the limits store. */
export const storeWaitMsMax = 100;

/** From the end of an outage until everything is counted exactly again. */
export const recoverMsMax = 5_000;

const limitsOf = (plan: PlanName): object => ({ limits: [plans[plan]] });

/** Plans are data of the service: its environment holds them. */
export const environment: Readonly<Record<string, string>> = {
  LIMITS_TIMEOUT_MS: String(storeWaitMsMax),
  PLANS_JSON: JSON.stringify({ free: limitsOf('free'), pro: limitsOf('pro'), enterprise: limitsOf('enterprise') }),
  ADDRESS_LIMITS_JSON: JSON.stringify([address]),
  LOGIN_LIMITS_JSON: JSON.stringify(login),
};
