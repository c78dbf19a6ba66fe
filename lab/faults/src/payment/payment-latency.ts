import * as z from 'zod';
import { isSlow, limitFor } from '../observe/slowness.ts';
import { wholeNumber } from '../parameters.ts';
import { behave, definePaymentFault } from './payment-fault.ts';
import { probeCharge } from './probe-charge.ts';

export const paymentLatency = definePaymentFault({
  id: 'payment-latency',
  title: 'The payment provider answers late',
  about: 'It charges on receipt, as always, and answers after the delay: who gives up before has been charged.',
  parameters: z
    .strictObject({
      latencyMs: wholeNumber('how late an answer is', { min: 10, max: 60_000, usual: 1_000 }),
      jitterMs: wholeNumber('how much the delay varies, up and down', { min: 0, max: 60_000, usual: 0 }),
    })
    .refine(({ latencyMs, jitterMs }) => jitterMs <= latencyMs, 'jitterMs may not be larger than latencyMs'),
  disturb: (world, { parameters, only }) => behave(world, { kind: 'latency', ...parameters, ...only }),
  look: async (door, { parameters: { latencyMs, jitterMs }, signal }) => {
    const atLeastMs = Math.max(latencyMs - jitterMs, latencyMs / 2);
    return isSlow(await probeCharge(door, { limitMs: limitFor(atLeastMs), signal }), atLeastMs);
  },
});
