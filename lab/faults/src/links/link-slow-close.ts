import * as z from 'zod';
import { observe } from '../observe/observe.ts';
import { patienceMs, rounded, unanswered } from '../observe/slowness.ts';
import { hello } from '../observe/talks.ts';
import { wholeNumber } from '../parameters.ts';
import { defineToxicFault } from './link-fault.ts';

export const linkSlowClose = defineToxicFault({
  id: 'link-slow-close',
  title: 'Connections to a dependency close late',
  about: 'When the dependency closes a connection, the replica learns of it only after the delay.',
  parameters: z.strictObject({
    delayMs: wholeNumber('how late the close arrives', { min: 50, max: 60_000, usual: 1_000 }),
  }),
  toxic: ({ delayMs }) => ({ type: 'slow_close', stream: 'downstream', attributes: { delay: delayMs } }),
  look: async (_ground, { link: { dependency, proxy }, parameters: { delayMs }, signal }) => {
    const observed = await observe(proxy, hello[dependency], { limitMs: patienceMs, signal, isFarewell: true });
    if (observed.answerMs === null) return { seen: false, measured: unanswered(observed, patienceMs) };
    const { goodbyeMs } = observed;
    if (goodbyeMs === null) return { seen: true, measured: `still open after ${patienceMs} ms` };
    const atLeastMs = Math.min(delayMs, patienceMs) * 0.8;
    return { seen: goodbyeMs >= atLeastMs, measured: `closed ${rounded(goodbyeMs)} ms after our goodbye` };
  },
});
