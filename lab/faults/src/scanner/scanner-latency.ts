import * as z from 'zod';
import { isSlow, limitFor } from '../observe/slowness.ts';
import { wholeNumber } from '../parameters.ts';
import { defineScannerFault } from './scanner-fault.ts';

export const scannerLatency = defineScannerFault({
  id: 'scanner-latency',
  title: 'The virus scanner takes its time',
  about: 'Each verdict is late by so much, as with a scanner that has a queue.',
  parameters: z.strictObject({
    latencyMs: wholeNumber('how late a verdict is', { min: 10, max: 60_000, usual: 5_000 }),
  }),
  behaviour: ({ latencyMs }) => ({ kind: 'latency', latencyMs, jitterMs: 0 }),
  limitMs: ({ latencyMs }) => limitFor(latencyMs),
  look: (observed, { latencyMs }) => isSlow(observed, latencyMs),
});
