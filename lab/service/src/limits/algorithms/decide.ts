import { type SlotState, takeSlot } from './leased-slots.ts';
import type { Ask, Limit, Taken } from './limit.ts';
import { countInWindow, type WindowState } from './sliding-window.ts';
import { type BucketState, takeTokens } from './token-bucket.ts';

export type LimitState = BucketState | WindowState | SlotState;

interface Entry {
  readonly limit: Limit;
  readonly state: LimitState | undefined;
}

export interface Decided<Asked extends Entry> {
  readonly allowed: boolean;
  readonly results: readonly { readonly entry: Asked; readonly taken: Taken<LimitState> }[];
}

/**
 * Asks several limits as one: a request that one of them refuses is charged to none. The script of the limits store
 * does the same on the server; a test with random sequences holds the two together.
 */
export function decide<Asked extends Entry>(entries: readonly Asked[], ask: Ask): Decided<Asked> {
  const asked = entries.map((entry) => ({ entry, taken: take(entry, ask) }));
  if (asked.every(({ taken }) => taken.allowed)) return { allowed: true, results: asked };
  const results = asked.map(({ entry, taken: { allowed, retryAfterMs } }) => {
    return { entry, taken: { ...take(entry, { ...ask, cost: 0 }), allowed, retryAfterMs } };
  });
  return { allowed: false, results };
}

function take({ limit, state }: Entry, ask: Ask): Taken<LimitState> {
  switch (limit.kind) {
    case 'bucket':
      return takeTokens(limit, state?.kind === 'bucket' ? state : undefined, ask);
    case 'window':
      return countInWindow(limit, state?.kind === 'window' ? state : undefined, ask);
    case 'slots':
      return takeSlot(limit, state?.kind === 'slots' ? state : undefined, ask);
  }
}
