import type { VariantDeclaration } from '@lab/sdk';

/** Right fixes, each unlike the reference. */
export const solutions: readonly VariantDeclaration[] = [
  {
    name: 'solutions/asked-each-time',
    about:
      'Nothing is remembered: each request has the whole time-out of the story for itself, and goes on alone when it is over.',
    killedBy: {},
  },
  {
    name: 'solutions/heartbeat',
    about:
      'A heartbeat asks the store ten times a second, whether requests come or not; they go by what it found last.',
    killedBy: {},
  },
  {
    name: 'solutions/share-for-sign-in-too',
    about: 'Each replica alone gives an even share of the plan and no more, and so it does for signing in.',
    killedBy: {},
  },
  {
    name: 'solutions/flexible-in-time',
    about:
      'rate-limiter-flexible with its time-outs, a script of our own in Redis, and its limiter in memory meanwhile.',
    killedBy: {},
  },
];
