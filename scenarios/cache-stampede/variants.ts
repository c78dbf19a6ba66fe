import type { VariantDeclaration } from '@lab/sdk';
import { wrongLifetimes } from './variants/lifetimes.ts';
import { wrongLoads } from './variants/loads.ts';
import { solutions } from './variants/solutions.ts';

const check = (name: string): string => `cache-stampede/${name}`;

/** What the learner starts with, the wrong fixes that the checks must catch, and right ones that they must let pass. */
export const variants: readonly VariantDeclaration[] = [
  {
    name: 'broken',
    about:
      'Whoever misses loads, fills, and is capped only in how many load at once; and every entry lives equally long.',
    killedBy: { [check('one-load')]: ['TOO_MANY_LOADS'], [check('ends-apart')]: ['MADE_AGAIN_TOGETHER'] },
  },
  ...wrongLoads,
  ...wrongLifetimes,
  ...solutions,
];
