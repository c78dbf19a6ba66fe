import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { createOrderDesk, type PlacedOrder } from '../../shared/orders.ts';
import { toBeCharged } from './scripted-orders.ts';

/** What is still to be charged is charged this soon after all is over. */
const settledWithinMs = 7_000;
const shownWithinMs = 3_000;
const pollMs = 200;

/** Waits until nothing is charged any more, looks at the orders, then reads the provider's books. */
export const settle: Experiment = {
  id: 'settle',
  title: 'Every order once more, and the provider’s books',
  phase: 'recover',
  timeoutMs: 40_000,
  attemptsMax: 1,
  run: async (h) => {
    const accepted = (await createOrderDesk(h).all()).filter(({ id }) => id !== null);
    const uncharged = await waitUntilCharged(h);
    await lookAtCharged(h, accepted);
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

/** Waits until all are charged that are to be; resolves to how many are not. */
async function waitUntilCharged(h: ExperimentHandle): Promise<number> {
  const expected = await toBeCharged(h);
  const giveUpAtMs = h.clock.nowMs() + settledWithinMs;
  for (;;) {
    const charged = new Set((await h.payment.charges()).map(({ reference }) => reference));
    const left = [...expected].filter((order) => !charged.has(order)).length;
    if (left === 0 || h.clock.nowMs() >= giveUpAtMs) return left;
    await h.clock.sleep(pollMs);
  }
}

/** Each order that was charged until it shows that it is paid; the last look counts. */
async function lookAtCharged(h: ExperimentHandle, orders: readonly PlacedOrder[]): Promise<void> {
  const desk = createOrderDesk(h);
  const charged = new Set((await h.payment.charges()).map(({ reference }) => reference));
  const untilMs = h.clock.nowMs() + shownWithinMs;
  let left = orders.filter(({ id }) => id !== null && charged.has(id));
  while (left.length > 0 && h.clock.nowMs() < untilMs) {
    const looks = await Promise.all(
      left.map(async (order) => ({ order, look: await desk.look(order, h.random.pick(h.replicas)) })),
    );
    left = looks.filter(({ look }) => look.value !== 1).map(({ order }) => order);
    if (left.length > 0) await h.clock.sleep(pollMs);
  }
}
