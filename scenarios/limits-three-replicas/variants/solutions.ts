import type { VariantDeclaration } from '@lab/sdk';

/** Right fixes, each unlike the reference. */
export const solutions: readonly VariantDeclaration[] = [
  {
    name: 'solutions/sliding-log',
    about: 'A log of what was accepted, as a sorted set with a number of its own for each request, in one script.',
    killedBy: {},
  },
  {
    name: 'solutions/arrival-time',
    about: 'One number for each client, the time at which its bucket is full again (GCRA), in one script of ten lines.',
    killedBy: {},
  },
  {
    name: 'solutions/add-then-take-back',
    about: 'No script: a transaction adds the request to the log and asks for its rank; who is over takes itself back.',
    killedBy: {},
  },
  {
    name: 'solutions/flexible-with-script',
    about: 'rate-limiter-flexible with a script of our own in place of its fixed window, and its block in memory.',
    killedBy: {},
  },
];
