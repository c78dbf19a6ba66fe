import * as z from 'zod';
import { unanswered } from '../observe/slowness.ts';
import { wholeNumber } from '../parameters.ts';
import { defineReceiverFault } from './receiver-fault.ts';

const limitMs = 1_000;

export const receiverErrors = defineReceiverFault({
  id: 'receiver-errors',
  title: "Customers' servers answer webhooks with an error",
  about: 'Every webhook is read and answered with this status. What comes back is tried again by the service.',
  parameters: z.strictObject({
    status: wholeNumber('HTTP status of the error', { min: 300, max: 599, usual: 503 }),
  }),
  behaviour: ({ status }) => ({ kind: 'answer', status }),
  limitMs: () => limitMs,
  look: (probed, { status }) => ({
    seen: probed.status === status,
    measured: probed.status === null ? unanswered(probed, limitMs) : `a message was answered ${probed.status}`,
  }),
});
