import * as z from 'zod';
import { observe } from '../observe/observe.ts';
import { rounded, unanswered } from '../observe/slowness.ts';
import { hello } from '../observe/talks.ts';
import { oneOf, wholeNumber } from '../parameters.ts';
import { defineToxicFault } from './link-fault.ts';

const limitMs = 500;

export const linkTimeout = defineToxicFault({
  id: 'link-timeout',
  title: 'A black hole: what is sent never arrives',
  about:
    'Connections open and stay open, and nothing gets through. With lost=answers the dependency has acted all the same. The end of the fault closes the connections that it held.',
  parameters: z.strictObject({
    lost: oneOf('what is lost', ['requests', 'answers']),
    closeAfterMs: wholeNumber('closes the connection after this time; 0 for never', { min: 0, max: 60_000, usual: 0 }),
  }),
  toxic: ({ lost, closeAfterMs }) => ({
    type: 'timeout',
    stream: lost === 'requests' ? 'upstream' : 'downstream',
    attributes: { timeout: closeAfterMs },
  }),
  look: async (_ground, { link: { dependency, proxy }, parameters: { closeAfterMs }, signal }) => {
    const observed = await observe(proxy, hello[dependency], { limitMs, signal });
    if (observed.answerMs !== null) return { seen: false, measured: `answered after ${rounded(observed.answerMs)} ms` };
    const isCutLater = closeAfterMs > 0 && observed.outcome !== 'refused';
    return { seen: observed.outcome === 'silent' || isCutLater, measured: unanswered(observed, limitMs) };
  },
});
