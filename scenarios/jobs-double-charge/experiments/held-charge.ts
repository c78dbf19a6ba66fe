import type { ExperimentHandle, ExperimentOutcome, PaymentHold, ReplicaName } from '@lab/sdk';
import { createOrderDesk, type PlacedOrder } from '../../shared/orders.ts';

/** A worker takes up an order at its leisure; longer than this, and it will not. */
const takenUpWithinMs = 4_000;

/** What a hold has kept gets through before the next one: else the next order stands behind all of it, and is missed too. */
const drainMs = 1_000;

export const notTaken: ExperimentOutcome = { reached: false, note: 'nobody asked the provider to charge the order' };

export interface HeldCharge {
  readonly order: PlacedOrder & { readonly id: string };
  /** The process whose request the provider holds. */
  readonly caller: ReplicaName;
  readonly hold: PaymentHold;
}

/**
 * Places an order and holds its request at the provider. The order's id is known only once it is placed, so the
 * provider holds every request meanwhile. Null when none came, or no worker is left that could ask; then nothing is held
 * any more, and what was held is through.
 */
export async function holdCharge(h: ExperimentHandle, at: 'before' | 'after'): Promise<HeldCharge | null> {
  if (!(await h.processes.someRuns('worker'))) return null;
  const hold = await h.payment.hold(at);
  const order = await createOrderDesk(h).place();
  if (order.id !== null) {
    const [held] = await hold.waitFor(order.id, { withinMs: takenUpWithinMs });
    if (held !== undefined) return { order: { ...order, id: order.id }, caller: held.caller, hold };
  }
  await hold.release();
  await h.clock.sleep(drainMs);
  return null;
}

/** Waits until the provider has charged for the order, at most so long. */
export async function isCharged(h: ExperimentHandle, orderId: string, withinMs: number): Promise<boolean> {
  const giveUpAtMs = h.clock.nowMs() + withinMs;
  for (;;) {
    if ((await h.payment.charges(orderId)).length > 0) return true;
    if (h.clock.nowMs() >= giveUpAtMs) return false;
    await h.clock.sleep(20);
  }
}

/** What was done to an order, for the finding that is made of it. */
export function point(orderId: string, text: string): Record<string, string> {
  return { [`point:${orderId}`]: text };
}
