import { observe } from '../observe/observe.ts';
import { rounded, unanswered } from '../observe/slowness.ts';
import { hello } from '../observe/talks.ts';
import { noParameters } from '../parameters.ts';
import { defineLinkFault } from './link-fault.ts';

const limitMs = 500;

export const linkDown = defineLinkFault({
  id: 'link-down',
  title: 'A dependency cannot be reached',
  about: 'Open connections are closed and new ones are refused, as if nothing listened there.',
  parameters: noParameters,
  // A replica that is killed has its links opened again.
  claimsToo: ({ replica }) => ({ on: `open links of ${replica}`, isAlone: false }),
  disturb: (_ground, link) => link.proxy.cut(),
  look: async (_ground, { link: { dependency, proxy }, signal }) => {
    const observed = await observe(proxy, hello[dependency], { limitMs, signal });
    const { outcome, answerMs } = observed;
    return {
      seen: outcome === 'refused',
      measured: answerMs === null ? unanswered(observed, limitMs) : `answered after ${rounded(answerMs)} ms`,
    };
  },
});
