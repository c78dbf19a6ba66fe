import type { VariantDeclaration } from '@lab/sdk';
import { cheatsAndOthers } from './variants/cheats-and-others.ts';
import { countedWrong } from './variants/counted-wrong.ts';
import { solutions } from './variants/solutions.ts';

const check = (name: string): string => `limits-three-replicas/${name}`;
const over = ['OVER_QUOTA'];

/** What the learner starts with, the wrong fixes that the checks must catch, and right ones that they must let pass. */
export const variants: readonly VariantDeclaration[] = [
  {
    name: 'broken',
    about:
      'Each replica counts for itself, in windows of the clock: no round trip for a request, and a client keeps its connection.',
    killedBy: {
      [check('one-quota')]: over,
      [check('any-window')]: over,
      [check('at-one-instant')]: over,
    },
  },
  ...countedWrong,
  ...cheatsAndOthers,
  ...solutions,
];
