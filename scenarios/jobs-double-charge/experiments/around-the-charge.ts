import type { Experiment, ExperimentHandle, ReplicaName } from '@lab/sdk';
import { createOrderDesk } from '../../shared/orders.ts';
import { type HeldCharge, holdCharge, isCharged, notTaken, point } from './held-charge.ts';

/** A worker is silent for its lease (0.8 s), then for a check of another (0.4 s); this is more than twice both. */
const takeOverMs = 3_000;
const leftWithinMs = 1_000;

const killed = (at: 'before' | 'after', text: (caller: ReplicaName) => string): Experiment['run'] => {
  return async (h) => {
    const held = await holdCharge(h, at);
    if (held === null) return notTaken;
    await h.processes.kill(held.caller);
    await waitUntilLeft(h, held);
    await held.hold.release();
    h.processes.startMeanwhile(held.caller);
    return { reached: true, facts: point(held.order.id, text(held.caller)) };
  };
};

/** The end of a dead caller's connection is on its way for a moment: until it is there, the provider may still act. */
async function waitUntilLeft(h: ExperimentHandle, { caller, hold, order }: HeldCharge): Promise<void> {
  const giveUpAtMs = h.clock.nowMs() + leftWithinMs;
  while (h.clock.nowMs() < giveUpAtMs) {
    const held = await hold.waitFor(order.id, { withinMs: 0 });
    if (held.every((call) => call.caller !== caller)) return;
    await h.clock.sleep(5);
  }
}

/** A process dies, freezes, is deployed or loses its connection while the provider has its request. */
export const aroundTheCharge: readonly Experiment[] = [
  {
    id: 'killed-before-charge',
    title: 'A worker dies before the provider has acted',
    phase: 'disturb',
    disturbsLoad: true,
    run: killed(
      'before',
      (caller) => `${caller} was killed while its request was on the way to the provider, which never heard it.`,
    ),
  },
  {
    id: 'killed-after-charge',
    title: 'A worker dies after the provider has acted, before it has the answer',
    phase: 'disturb',
    disturbsLoad: true,
    run: killed('after', (caller) => `The provider had charged; ${caller} was killed before it had the answer.`),
  },
  {
    id: 'reply-lost',
    title: 'The answer of the provider is lost on the way',
    phase: 'disturb',
    disturbsLoad: true,
    run: async (h) => {
      const held = await holdCharge(h, 'after');
      if (held === null) return notTaken;
      const cut = await h.links.cut([held.caller], 'payment');
      await held.hold.release();
      await cut.release();
      await isCharged(h, held.order.id, takeOverMs);
      const text = `The provider had charged; the connection to ${held.caller} broke before the answer was through.`;
      return { reached: true, facts: point(held.order.id, text) };
    },
  },
  {
    id: 'frozen-before-charge',
    title: 'A worker freezes with its request on the way, and another takes over',
    phase: 'disturb',
    disturbsLoad: true,
    run: async (h) => {
      const held = await holdCharge(h, 'before');
      if (held === null) return notTaken;
      const frozen = await h.processes.pause(held.caller);
      const requests = await held.hold.waitFor(held.order.id, { withinMs: takeOverMs, count: 2 });
      await held.hold.release();
      await h.clock.sleep(100);
      await frozen.release();
      const text =
        requests.length > 1
          ? `${held.caller} stood still for longer than its lease while its request was on the way; then both it and ${requests[1]?.caller ?? 'another'} reached the provider.`
          : `${held.caller} stood still for ${takeOverMs} ms while its request was on the way, and went on.`;
      return { reached: true, facts: point(held.order.id, text) };
    },
  },
  {
    id: 'frozen-after-charge',
    title: 'A worker freezes after the provider has acted, another takes over, the first goes on',
    phase: 'disturb',
    disturbsLoad: true,
    run: async (h) => {
      const held = await holdCharge(h, 'after');
      if (held === null) return notTaken;
      const frozen = await h.processes.pause(held.caller);
      await held.hold.release();
      await waitUntilTakenOver(h, held.order);
      await frozen.release();
      const text = `The provider had charged; ${held.caller} stood still for longer than its lease, another worker took the order over, then ${held.caller} went on.`;
      return { reached: true, facts: point(held.order.id, text) };
    },
  },
  {
    id: 'frozen-then-dead',
    title: 'A worker freezes while the provider answers, another asks meanwhile, and the first dies',
    phase: 'disturb',
    disturbsLoad: true,
    run: async (h) => {
      const held = await holdCharge(h, 'after');
      if (held === null) return notTaken;
      await h.processes.pause(held.caller);
      // The answer is still on its way: whoever asks with the same key hears that the charge is in flight.
      await waitUntilTakenOver(h, held.order);
      await h.clock.sleep(100);
      await h.processes.kill(held.caller);
      await held.hold.release();
      h.processes.startMeanwhile(held.caller);
      const text = `The provider had charged and not answered yet; ${held.caller} stood still for longer than its lease, another worker asked meanwhile, and then ${held.caller} died.`;
      return { reached: true, facts: point(held.order.id, text) };
    },
  },
  {
    id: 'deployed',
    title: 'A worker is told to leave while the provider works on its request',
    phase: 'disturb',
    disturbsLoad: true,
    run: async (h) => {
      const held = await holdCharge(h, 'after');
      if (held === null) return notTaken;
      const leaving = h.processes.stop(held.caller, 5_000);
      await h.clock.sleep(300);
      await held.hold.release();
      const { tookMs, killed: wasKilled } = await leaving;
      h.processes.startMeanwhile(held.caller);
      const text = `${held.caller} had been sent SIGTERM while the provider worked on its request, and ${wasKilled ? 'was killed after 5 s' : `left after ${Math.round(tookMs)} ms`}.`;
      return { reached: true, facts: point(held.order.id, text) };
    },
  },
];

/** Taken over is: asked the provider again, or found the charge and recorded it. */
async function waitUntilTakenOver(h: ExperimentHandle, order: HeldCharge['order']): Promise<void> {
  const giveUpAtMs = h.clock.nowMs() + takeOverMs;
  const desk = createOrderDesk(h);
  while ((await h.payment.attempts(order.id)) < 2 && h.clock.nowMs() < giveUpAtMs) {
    if ((await desk.look(order, h.random.pick(h.replicas))).value === 1) return;
    await h.clock.sleep(50);
  }
}
