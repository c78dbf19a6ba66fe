import type { VariantDeclaration } from '@lab/sdk';
import { coming } from './variants/coming-back.ts';
import { solutions } from './variants/solutions.ts';
import { waiting } from './variants/waiting-and-deciding.ts';

const check = (name: string): string => `limits-store-down/${name}`;

/** What the learner starts with, the wrong fixes that the checks must catch, and right ones that they must let pass. */
export const variants: readonly VariantDeclaration[] = [
  {
    name: 'broken',
    about:
      'Five attempts of two seconds each, since most failures are over in a moment; then whoever cannot be counted is refused.',
    killedBy: {
      [check('served-without-store')]: ['NOT_SERVED_WITHOUT_STORE'],
      [check('nobody-waits')]: ['REQUESTS_HUNG'],
      [check('outage-is-told')]: ['OUTAGE_UNTOLD'],
    },
  },
  ...waiting,
  ...coming,
  ...solutions,
];
