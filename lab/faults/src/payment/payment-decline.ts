import { noParameters } from '../parameters.ts';
import { behave, definePaymentFault } from './payment-fault.ts';
import { describeProbe, probeCharge } from './probe-charge.ts';

const limitMs = 1_000;

export const paymentDecline = definePaymentFault({
  id: 'payment-decline',
  title: 'The payment provider declines every charge',
  about: 'It answers 402 DECLINED, which is final: trying again with the same key gets the same answer.',
  parameters: noParameters,
  disturb: (world, { only }) => behave(world, { kind: 'decline', ...only }),
  look: async (door, { signal }) => {
    const probed = await probeCharge(door, { limitMs, signal });
    return { seen: probed.status === 402, measured: describeProbe(probed, limitMs) };
  },
});
