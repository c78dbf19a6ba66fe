import type { Pauses } from '@lab/checks';

/** What was agreed with the payment provider, in seconds where it would be minutes in a shop that is open. */
export const pauses: Pauses = { baseMs: 1_200, capMs: 4_800, variation: 0.3, attemptsMax: 5 };

/** Picking an order up takes a moment. */
export const slackMs = 500;
/** The longest pauses, beside which that moment is short. */
export const longest = { afterAttempts: [3, 4], shareMin: 0.1, by: 0.1 } as const;

/** Charges that one worker has under way at the same time, and the workers. */
export const chargesPerWorker = 60;
export const workers = 2;

/** The provider is asked no longer than this. */
export const paymentTimeoutMs = 8_000;

/** By the fourth attempt every round has spread what the ones before have; the second meets within one pause of 1.2 s. */
export const failed = { shareMax: 0.4, stretchMs: 400, fromAttempt: 4, toAttempt: 5 } as const;
export const told = { shareMax: 0.8, stretchMs: 200, laterMs: 1_000 } as const;

/** A refusal for good is with the operators this soon. */
export const letterWithinMs = 5_000;
/** An order that nothing is wrong with is charged this soon. */
export const chargedWithinMs = 5_000;
