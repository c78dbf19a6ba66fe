import * as z from 'zod';
import { unanswered } from '../observe/slowness.ts';
import { observeLong } from '../observe/talks.ts';
import { wholeNumber } from '../parameters.ts';
import { defineToxicFault } from './link-fault.ts';

const limitMs = 1_500;
/** The payment provider's whole answer is hardly longer. */
const bytes = 150;

export const linkSlicer = defineToxicFault({
  id: 'link-slicer',
  title: 'Answers of a dependency come in crumbs',
  about: 'Data from the dependency is cut into small pieces with a pause between them: half a line, half a number.',
  needsLongAnswers: true,
  parameters: z
    .strictObject({
      averageBytes: wholeNumber('size of a piece', { min: 1, max: 48, usual: 16 }),
      variationBytes: wholeNumber('how much the size varies', { min: 0, max: 47, usual: 4 }),
      delayMicroseconds: wholeNumber('pause between two pieces', { min: 100, max: 50_000, usual: 2_000 }),
    })
    .refine(
      ({ averageBytes, variationBytes }) => variationBytes < averageBytes,
      'variationBytes must be smaller than averageBytes',
    ),
  toxic: ({ averageBytes, variationBytes, delayMicroseconds }) => ({
    type: 'slicer',
    stream: 'downstream',
    attributes: { average_size: averageBytes, size_variation: variationBytes, delay: delayMicroseconds },
  }),
  look: async (ground, { link: { dependency, proxy }, parameters: { averageBytes, variationBytes }, signal }) => {
    const observed = await observeLong(ground, proxy, { dependency, bytes, limitMs, signal });
    const { bytes: read, pieces } = observed;
    if (pieces === 0) return { seen: false, measured: unanswered(observed, limitMs) };
    // Two pieces may be read as one.
    const seen = pieces > 1 && read / pieces <= 2 * (averageBytes + variationBytes);
    return { seen, measured: `${read} bytes came in ${pieces} ${pieces === 1 ? 'piece' : 'pieces'}` };
  },
});
