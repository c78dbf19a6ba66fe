import type { ExperimentHandle } from '@lab/sdk';
import { createOrderDesk, type PlacedOrder } from './orders.ts';

const pollMs = 100;

/** Waits until all of these are charged, or until then; resolves to how many are not. */
export async function untilCharged(h: ExperimentHandle, orders: ReadonlySet<string>, untilMs: number): Promise<number> {
  for (;;) {
    const charged = await chargedOrders(h);
    const left = [...orders].filter((order) => !charged.has(order)).length;
    if (left === 0 || h.clock.nowMs() >= untilMs) return left;
    await h.clock.sleep(pollMs);
  }
}

/** Looks at each of these that was charged until it shows that it is paid, or for so long; the last look counts. */
export async function untilShownAsPaid(
  h: ExperimentHandle,
  orders: readonly PlacedOrder[],
  withinMs: number,
): Promise<void> {
  const desk = createOrderDesk(h);
  const charged = await chargedOrders(h);
  const untilMs = h.clock.nowMs() + withinMs;
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

async function chargedOrders(h: ExperimentHandle): Promise<ReadonlySet<string>> {
  return new Set((await h.payment.charges()).map(({ reference }) => reference));
}
