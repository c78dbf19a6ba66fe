import { rounded, unanswered } from '../observe/slowness.ts';
import { noParameters } from '../parameters.ts';
import { defineReceiverFault } from './receiver-fault.ts';

const limitMs = 400;

export const receiverSilent = defineReceiverFault({
  id: 'receiver-silent',
  title: "Customers' servers take webhooks and do not answer",
  about: 'Every webhook is read, and its sender waits on a connection that stays open.',
  parameters: noParameters,
  behaviour: () => ({ kind: 'silent' }),
  limitMs: () => limitMs,
  look: (probed) => {
    const { outcome, answerMs } = probed;
    const measured = answerMs === null ? unanswered(probed, limitMs) : `an answer came after ${rounded(answerMs)} ms`;
    return { seen: outcome === 'silent', measured };
  },
});
