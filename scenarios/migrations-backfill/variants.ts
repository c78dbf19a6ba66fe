import type { VariantDeclaration } from '@lab/sdk';
import { solutions } from './variants/solutions.ts';
import { wrongBatches } from './variants/wrong-batches.ts';
import { wrongManners } from './variants/wrong-manners.ts';

const check = (name: string): string => `migrations-backfill/${name}`;

/** What the learner starts with, the wrong fixes that the checks must catch, and right ones that they must let pass. */
export const variants: readonly VariantDeclaration[] = [
  {
    name: 'broken',
    about: 'Batches of a thousand with pauses, in one transaction from the first row to the last.',
    listed: 'M6',
    killedBy: {
      [check('transactions-are-short')]: ['TRANSACTION_OPEN_LONG'],
      [check('a-kill-costs-a-batch')]: ['WORK_LOST'],
      [check('gives-way')]: ['DID_NOT_GIVE_WAY'],
    },
  },
  ...wrongBatches,
  ...wrongManners,
  ...solutions,
];
