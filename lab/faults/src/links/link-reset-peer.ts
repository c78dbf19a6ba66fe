import * as z from 'zod';
import { observe } from '../observe/observe.ts';
import { rounded, unanswered } from '../observe/slowness.ts';
import { hello } from '../observe/talks.ts';
import { wholeNumber } from '../parameters.ts';
import { defineToxicFault } from './link-fault.ts';

export const linkResetPeer = defineToxicFault({
  id: 'link-reset-peer',
  title: 'New connections to a dependency are reset',
  about:
    'A connection that is opened from now on gets a TCP reset (ECONNRESET) once it is used. Only connections opened afterwards: one that is open already is closed without a reset when it is next used.',
  parameters: z.strictObject({
    afterMs: wholeNumber('how long after the first request', { min: 0, max: 1_500, usual: 0 }),
  }),
  toxic: ({ afterMs }) => ({ type: 'reset_peer', stream: 'upstream', attributes: { timeout: afterMs } }),
  look: async (_ground, { link: { dependency, proxy }, parameters: { afterMs }, signal }) => {
    const limitMs = afterMs + 500;
    const observed = await observe(proxy, hello[dependency], { limitMs, signal });
    const { outcome, answerMs } = observed;
    return {
      seen: outcome === 'reset',
      measured: answerMs === null ? unanswered(observed, limitMs) : `answered after ${rounded(answerMs)} ms`,
    };
  },
});
