import { noParameters } from '../parameters.ts';
import { behave, definePaymentFault } from './payment-fault.ts';
import { describeProbe, probeCharge } from './probe-charge.ts';

const limitMs = 1_000;

export const paymentLoseReplies = definePaymentFault({
  id: 'payment-lose-replies',
  title: 'The payment provider charges, and its answer is lost',
  about: 'The money has moved; the caller sees a connection that was reset (ECONNRESET).',
  parameters: noParameters,
  disturb: (world, { only }) => behave(world, { kind: 'lose-reply', ...only }),
  look: async (door, { signal }) => {
    const probed = await probeCharge(door, { limitMs, signal });
    return { seen: probed.outcome === 'reset', measured: describeProbe(probed, limitMs) };
  },
});
