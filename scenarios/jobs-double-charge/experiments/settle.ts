import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { createOrderDesk, type PlacedOrder } from '../../shared/orders.ts';

/** What has not happened this long after the last fault does not happen. */
const settledWithinMs = 30_000;
/** A second charge that is still on its way comes within this time: the lease, the check for it, and a wait. */
const quietMs = 2_500;
const shownWithinMs = 5_000;
const pollMs = 100;

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
    await waitUntilCharged(h, accepted, fromMs + settledWithinMs);
    const waitedMs = Math.round(h.clock.nowMs() - fromMs);
    await lookAtAll(h, accepted);
    // Counted from the last order's charge, or from now where all had been charged before.
    const ours = new Set(accepted.map(({ id }) => id));
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

async function waitUntilCharged(h: ExperimentHandle, orders: readonly PlacedOrder[], untilMs: number): Promise<void> {
  for (;;) {
    const charged = new Set((await h.payment.charges()).map(({ reference }) => reference));
    if (orders.every(({ id }) => id === null || charged.has(id)) || h.clock.nowMs() >= untilMs) return;
    await h.clock.sleep(pollMs);
  }
}

/** Each order until it shows that it is paid; the last look counts. */
async function lookAtAll(h: ExperimentHandle, orders: readonly PlacedOrder[]): Promise<void> {
  const desk = createOrderDesk(h);
  const charged = new Set((await h.payment.charges()).map(({ reference }) => reference));
  const untilMs = h.clock.nowMs() + shownWithinMs;
  let left = orders.filter(({ id }) => id !== null && charged.has(id));
  while (left.length > 0) {
    const looks = await Promise.all(
      left.map(async (order) => ({ order, look: await desk.look(order, h.random.pick(h.replicas)) })),
    );
    left = looks.filter(({ look }) => look.value !== 1).map(({ order }) => order);
    if (left.length === 0 || h.clock.nowMs() >= untilMs) return;
    await h.clock.sleep(pollMs);
  }
}
