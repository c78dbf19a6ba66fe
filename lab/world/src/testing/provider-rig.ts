import type { ChargeRequest, Decision } from '../payment/call.ts';
import { createProvider, type ProviderOptions } from '../payment/provider.ts';

/** A provider with a clock that stands still until it is moved, ids that count, and random numbers from a list. */
export function createRig(options: Partial<ProviderOptions> & { readonly randoms?: readonly number[] } = {}) {
  const clock = { nowMs: 1_000 };
  const randoms = [...(options.randoms ?? [])];
  let ids = 0;
  const provider = createProvider({
    now: () => clock.nowMs,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    random: () => randoms.shift() ?? 0.5,
    ...options,
  });
  const ledger = () => provider.ledger({ call: 0, charge: 0, limit: 1_000 });
  return {
    provider,
    clock,
    charge: (request: Partial<ChargeRequest> = {}): Decision => provider.receive({ ...sound, ...request }),
    ledger,
    /** Money that moved, by reference. */
    effects: () => ledger().charges.flatMap((row) => (row.replayOf === null ? [row.reference] : [])),
    calls: () => ledger().calls,
  };
}

const sound: ChargeRequest = {
  caller: 'worker-1',
  reference: 'order-1',
  amountCents: 1_999,
  currency: 'EUR',
  key: null,
  requestId: null,
};

/** Status of the answer; 0 for a reset, null for a call that is held. */
export function statusOf(decision: Decision | undefined): number | null {
  if (decision === undefined || decision.kind === 'hold') return null;
  return decision.kind === 'reset' ? 0 : decision.answer.status;
}

/** The answer that a decision carries; throws where it carries none. */
export function answerOf(decision: Decision | undefined) {
  if (decision?.kind !== 'answer') throw new Error(`There is no answer in ${JSON.stringify(decision)}.`);
  return { ...decision.answer, code: (decision.answer.body as { code?: string }).code, afterMs: decision.afterMs };
}
