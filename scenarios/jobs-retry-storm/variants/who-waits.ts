import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `jobs-retry-storm/${name}`;

/** Wrong fixes by which orders wait that nothing is wrong with. */
export const whoWaits: readonly VariantDeclaration[] = [
  {
    name: 'mutants/waits-in-the-handler',
    about:
      'Right pauses, slept by the worker with the job in hand: every place for a charge is taken by one that waits.',
    killedBy: { [check('others-go-on')]: ['OTHERS_WAITED'] },
  },
  {
    name: 'mutants/all-wait-for-one',
    about: 'After each failure the whole queue has the pause, so that the provider hears of nobody.',
    cheat: true,
    killedBy: { [check('others-go-on')]: ['OTHERS_WAITED'] },
  },
  {
    name: 'mutants/ten-a-second',
    about: 'A limit on the queue: no wall is higher than ten a second, and a busy hour’s orders wait for the next one.',
    cheat: true,
    killedBy: { [check('others-go-on')]: ['OTHERS_WAITED'] },
  },
  {
    name: 'mutants/few-orders',
    about: 'Takes one order of each shop in five seconds, so that never many can fail together.',
    cheat: true,
    killedBy: { [check('steady-state')]: ['ERRORS_AT_REST'] },
  },
];
