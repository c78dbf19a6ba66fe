import * as z from 'zod';
import { isSlow, limitFor } from '../observe/slowness.ts';
import { wholeNumber } from '../parameters.ts';
import { defineReceiverFault } from './receiver-fault.ts';

export const receiverLatency = defineReceiverFault({
  id: 'receiver-latency',
  title: "Customers' servers answer webhooks late",
  about: 'Every webhook is read at once and answered after the delay.',
  parameters: z.strictObject({
    latencyMs: wholeNumber('how late an answer is', { min: 10, max: 60_000, usual: 5_000 }),
  }),
  behaviour: ({ latencyMs }) => ({ kind: 'latency', latencyMs, jitterMs: 0 }),
  limitMs: ({ latencyMs }) => limitFor(latencyMs),
  look: (probed, { latencyMs }) => isSlow(probed, latencyMs),
});
