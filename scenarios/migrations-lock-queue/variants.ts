import type { VariantDeclaration } from '@lab/sdk';
import { solutions } from './variants/solutions.ts';
import { wrongQueues } from './variants/wrong-queues.ts';
import { wrongSchemas } from './variants/wrong-schemas.ts';

const check = (name: string): string => `migrations-lock-queue/${name}`;

/** What the learner starts with, the wrong fixes that the checks must catch, and right ones that they must let pass. */
export const variants: readonly VariantDeclaration[] = [
  {
    name: 'broken',
    about:
      'The limit is set with SET LOCAL before BEGIN, so it is in force for no statement, and the one line looks at every book.',
    killedBy: {
      [check('nobody-queues-long')]: ['QUEUE_TOO_LONG'],
      [check('nobody-thrown-out')]: ['WORK_FAILED'],
      [check('locks-do-not-grow')]: ['ROWS_READ_UNDER_LOCK'],
    },
  },
  ...wrongQueues,
  ...wrongSchemas,
  ...solutions,
];
