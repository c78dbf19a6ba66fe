import { rounded, unanswered } from '../observe/slowness.ts';
import { noParameters } from '../parameters.ts';
import { defineScannerFault } from './scanner-fault.ts';

const limitMs = 400;

export const scannerSilent = defineScannerFault({
  id: 'scanner-silent',
  title: 'The virus scanner reads files and says nothing',
  about: 'It takes every byte and never gives a verdict, on a connection that stays open.',
  parameters: noParameters,
  behaviour: () => ({ kind: 'silent' }),
  limitMs: () => limitMs,
  look: (observed) => {
    const { outcome, answerMs } = observed;
    const measured = answerMs === null ? unanswered(observed, limitMs) : `a verdict came after ${rounded(answerMs)} ms`;
    return { seen: outcome === 'silent', measured };
  },
});
