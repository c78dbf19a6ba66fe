import type { Experiment } from '@lab/sdk';
import { createOrderDesk } from '../../shared/orders.ts';
import { untilCharged, untilShownAsPaid } from '../../shared/paid-orders.ts';
import { toBeCharged } from './scripted-orders.ts';

/** What is still to be charged is charged this soon after all is over. */
const settledWithinMs = 7_000;
const shownWithinMs = 3_000;

/** Waits until nothing is charged any more, looks at the orders, then reads the provider's books. */
export const settle: Experiment = {
  id: 'settle',
  title: 'Every order once more, and the provider’s books',
  phase: 'recover',
  timeoutMs: 40_000,
  attemptsMax: 1,
  run: async (h) => {
    const accepted = (await createOrderDesk(h).all()).filter(({ id }) => id !== null);
    const uncharged = await untilCharged(h, await toBeCharged(h), h.clock.nowMs() + settledWithinMs);
    await untilShownAsPaid(h, accepted, shownWithinMs);
    const ours = new Set(accepted.map(({ id }) => id));
    const calls = (await h.payment.calls()).filter(({ reference }) => ours.has(reference));
    const charges = await h.payment.charges();
    return {
      reached: true,
      facts: { accepted: accepted.length, calls: calls.length, uncharged },
      tables: [
        { table: 'provider-calls', rows: calls.map((call) => ({ ...call })) },
        { table: 'charges', rows: charges.map((charge) => ({ ...charge })) },
      ],
    };
  },
};
