import type { Quotas } from '@lab/checks';
import type { PlanName } from '../shared/plan-clients.ts';

/** Every window of this scenario: a minute of the price list, in seconds. */
export const windowMs = 2_000;

/**
 * The price list as a learner's service has it, by the plan's name. The burst is a fifth of the limit, so that what
 * three replicas may let through when each decides alone, while it cannot reach the store, stays within limit and burst.
 */
const plans = {
  free: { limit: 30, windowMs, burst: 6 },
  pro: { limit: 60, windowMs, burst: 12 },
  enterprise: { limit: 90, windowMs, burst: 18 },
} as const;

/** Of whoever comes without a token, by address. */
const address = { limit: 30, windowMs, burst: 6 };

/** What each client may ask for, by the first part of its key. */
export const quotas: Quotas = { ...plans, address };

/** The lab signs in from one address, more often than people do. */
const login = {
  account: [{ limit: 60, windowMs: 10_000, burst: 30 }],
  address: [{ limit: 600, windowMs: 10_000, burst: 300 }],
};

/** The longest window of all: what is counted may live for twice as long, and some time to spare. */
export const lifeMsMax = 60_000;

/** A busy machine takes its time. Whoever has waited so long for the store of the counts decides alone. */
export const storeWaitMs = 1_000;

/**
 * Its client of the limits store gives up a command earlier than that, as the service is. Answers as late as this may have
 * been given without the store, whatever a fix does with the time that it has.
 */
export const giveUpMs = 200;

const limitsOf = (plan: PlanName): object => ({ limits: [plans[plan]] });

/** Plans are data of the service: its environment holds them. */
export const environment: Readonly<Record<string, string>> = {
  LIMITS_TIMEOUT_MS: String(storeWaitMs),
  PLANS_JSON: JSON.stringify({ free: limitsOf('free'), pro: limitsOf('pro'), enterprise: limitsOf('enterprise') }),
  ADDRESS_LIMITS_JSON: JSON.stringify([address]),
  LOGIN_LIMITS_JSON: JSON.stringify(login),
};
