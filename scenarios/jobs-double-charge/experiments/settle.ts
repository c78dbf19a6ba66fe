import type { Experiment } from '@lab/sdk';
import { createOrderDesk } from '../../shared/orders.ts';
import { untilCharged, untilShownAsPaid } from '../../shared/paid-orders.ts';

/** What has not happened this long after the last fault does not happen. */
export const settledWithinMs = 30_000;
/** A second charge that is still on its way comes within this time: the lease, the check for it, and a wait. */
const quietMs = 2_500;
const shownWithinMs = 5_000;

/** Waits until every accepted order is charged and shows it, then reads the provider's ledger. */
export const settle: Experiment = {
  id: 'settle',
  title: 'Every order once more, when all is over',
  phase: 'recover',
  timeoutMs: 60_000,
  attemptsMax: 1,
  run: async (h) => {
    const fromMs = h.clock.nowMs();
    const accepted = (await createOrderDesk(h).all()).filter(({ id }) => id !== null);
    const ours = new Set(accepted.flatMap(({ id }) => id ?? []));
    await untilCharged(h, ours, fromMs + settledWithinMs);
    const waitedMs = Math.round(h.clock.nowMs() - fromMs);
    await untilShownAsPaid(h, accepted, shownWithinMs);
    // Counted from the last order's charge, or from now where all had been charged before.
    const charged = (await h.payment.charges()).filter(({ reference }) => ours.has(reference));
    const lastMs = Math.max(fromMs, ...charged.map(({ atMs }) => atMs));
    await h.clock.sleep(Math.max(0, lastMs + quietMs - h.clock.nowMs()));
    const charges = await h.payment.charges();
    return {
      reached: true,
      facts: { accepted: accepted.length, charges: charges.length, waitedMs },
      tables: [{ table: 'charges', rows: charges.map((charge) => ({ ...charge })) }],
    };
  },
};
