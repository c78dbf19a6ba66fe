import * as z from 'zod';
import { rounded, unanswered } from '../observe/slowness.ts';
import { observeLong } from '../observe/talks.ts';
import { wholeNumber } from '../parameters.ts';
import { defineToxicFault } from './link-fault.ts';

const limitMs = 1_500;
/** The check asks for more than the limit by this. */
const beyondBytes = 2_000;

export const linkLimitData = defineToxicFault({
  id: 'link-limit-data',
  title: 'Connections break after so much data',
  about: 'A connection is closed once the dependency has sent so many bytes over it, in the middle of an answer.',
  needsLongAnswers: true,
  parameters: z.strictObject({
    limitBytes: wholeNumber('what a connection carries before it breaks', { min: 1, max: 100_000, usual: 1_000 }),
  }),
  toxic: ({ limitBytes }) => ({ type: 'limit_data', stream: 'downstream', attributes: { bytes: limitBytes } }),
  look: async (ground, { link: { dependency, proxy }, parameters: { limitBytes }, signal }) => {
    const bytes = limitBytes + beyondBytes;
    const observed = await observeLong(ground, proxy, { dependency, bytes, limitMs, signal });
    const { outcome, answerMs } = observed;
    if (answerMs !== null) return { seen: false, measured: `${bytes} bytes came, after ${rounded(answerMs)} ms` };
    const isCut = outcome === 'closed' || outcome === 'reset';
    return { seen: isCut && observed.bytes <= limitBytes, measured: unanswered(observed, limitMs) };
  },
});
