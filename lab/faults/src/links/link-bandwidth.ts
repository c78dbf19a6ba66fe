import * as z from 'zod';
import { isSlow, limitFor } from '../observe/slowness.ts';
import { observeLong } from '../observe/talks.ts';
import { wholeNumber } from '../parameters.ts';
import { defineToxicFault } from './link-fault.ts';

/** The check asks for as much as should take this long. */
const probeMs = 300;
/** A part of that must be seen: a first piece goes at once. */
const seenMs = 200;

export const linkBandwidth = defineToxicFault({
  id: 'link-bandwidth',
  title: 'Answers of a dependency come through a thin pipe',
  about: 'Each connection carries so many kilobytes a second from the dependency. Short answers hardly notice.',
  needsLongAnswers: true,
  parameters: z.strictObject({
    kilobytesPerSecond: wholeNumber('what one connection carries', { min: 1, max: 500, usual: 10 }),
  }),
  toxic: ({ kilobytesPerSecond }) => ({
    type: 'bandwidth',
    stream: 'downstream',
    attributes: { rate: kilobytesPerSecond },
  }),
  look: async (ground, { link: { dependency, proxy }, parameters: { kilobytesPerSecond }, signal }) => {
    // A kilobyte per second is a byte per millisecond.
    const bytes = kilobytesPerSecond * probeMs;
    const observed = await observeLong(ground, proxy, { dependency, bytes, limitMs: limitFor(probeMs), signal });
    const { seen, measured } = isSlow(observed, seenMs);
    return { seen, measured: `${bytes} bytes: ${measured}` };
  },
});
