import type { VariantDeclaration } from '@lab/sdk';

/** Right fixes, each unlike the reference. */
export const solutions: readonly VariantDeclaration[] = [
  {
    name: 'solutions/a-thousand-and-a-pause',
    about:
      'The printed recipe, mended: by key, with a limit on waiting, a look before each batch, and a place that stays.',
    killedBy: {},
  },
  {
    name: 'solutions/rounds',
    about: 'Passes by what somebody has, and goes round again until nothing was passed by. It keeps no place.',
    killedBy: {},
  },
  {
    name: 'solutions/queue-of-batches',
    about: 'One job of graphile-worker for each batch. Jobs of a dead worker are unlocked first, and none may be left.',
    killedBy: {},
  },
  {
    name: 'solutions/virtual-column',
    about: 'A column that is computed when it is read: there is nothing to fill.',
    killedBy: {},
  },
  {
    name: 'solutions/after-trigger',
    about: 'The value is written after the row, by a trigger that changes the row once more.',
    killedBy: {},
  },
];
