import type { VariantDeclaration } from '@lab/sdk';
import { classes } from './variants/classes.ts';
import { pauseLengths } from './variants/pause-lengths.ts';
import { solutions } from './variants/solutions.ts';
import { whoWaits } from './variants/who-waits.ts';

const check = (name: string): string => `jobs-retry-storm/${name}`;

/** What the learner starts with, the wrong fixes that the checks must catch, and right ones that they must let pass. */
export const variants: readonly VariantDeclaration[] = [
  {
    name: 'broken',
    about:
      'Pauses double up to the cap, with a tenth of a second of jitter; every 4xx is final, and Retry-After is not read.',
    killedBy: {
      [check('pauses-vary')]: ['NOT_VARIED'],
      [check('comes-back-apart')]: ['CAME_BACK_TOGETHER'],
      [check('waits-as-told')]: ['CAME_BEFORE_TOLD'],
      [check('tried-until-charged')]: ['NOT_CHARGED'],
    },
  },
  ...pauseLengths,
  ...classes,
  ...whoWaits,
  ...solutions,
];
