import type { Experiment } from '@lab/sdk';
import { coldBook, coldList, expiredBook, makeEarly, nothingThere } from './experiments/crowds.ts';
import { firstGivesUp, loaderDies } from './experiments/leavers.ts';
import { heldLoad, plainSave } from './experiments/saves.ts';
import { cacheGone, databaseGone, storedKeys } from './experiments/stores-gone.ts';
import { warmedTogether } from './experiments/warmed-together.ts';

/** In this order: a page is made early, so that its time is over later on; what breaks parts comes last. */
export const experiments: readonly Experiment[] = [
  makeEarly,
  plainSave,
  coldBook,
  coldList,
  nothingThere,
  warmedTogether,
  expiredBook,
  firstGivesUp,
  heldLoad,
  loaderDies,
  databaseGone,
  cacheGone('cache-cut', 'No replica can connect to the cache', 'cut'),
  cacheGone('cache-hangs', 'The cache answers no replica', 'hold'),
  storedKeys,
];
