import type { VariantDeclaration } from '@lab/sdk';
import { chargedTwice } from './variants/charged-twice.ts';
import { lostAndOthers } from './variants/lost-and-others.ts';
import { solutions } from './variants/solutions.ts';

const check = (name: string): string => `jobs-double-charge/${name}`;
const twice = ['CHARGED_TWICE'];
const never = ['NEVER_CHARGED'];

/** What the learner starts with, the wrong fixes that the checks must catch, and right ones that they must let pass. */
export const variants: readonly VariantDeclaration[] = [
  {
    name: 'broken',
    about:
      'A new key for each attempt, nobody looks for an earlier charge, and the relay marks events before it adds them.',
    killedBy: {
      [check('once-after-a-kill')]: twice,
      [check('once-when-two-work')]: twice,
      [check('once-when-asked-again')]: twice,
      [check('none-lost')]: never,
    },
  },
  {
    name: 'mutants/one-order-at-a-time',
    about: 'Refuses an order while another of the same shop is not paid, so that no two charges can be mixed up.',
    cheat: true,
    killedBy: { [check('steady-state')]: ['ERRORS_AT_REST'] },
  },
  ...chargedTwice,
  ...lostAndOthers,
  ...solutions,
];
