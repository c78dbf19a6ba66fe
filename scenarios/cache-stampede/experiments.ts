import type { Experiment } from '@lab/sdk';
import { coldBook, coldList, nothingThere } from './experiments/crowds.ts';
import { firstGivesUp, loaderDies } from './experiments/leavers.ts';
import { leftAlone, leftAloneBegins } from './experiments/left-alone.ts';
import { heldLoad, plainSave } from './experiments/saves.ts';
import { sideBySide } from './experiments/side-by-side.ts';
import { cacheGone, databaseGone, storedKeys } from './experiments/stores-gone.ts';
import { warmedTogether } from './experiments/warmed-together.ts';
import { lifeBegins, wholeLife } from './experiments/whole-life.ts';

/** In this order: what breaks parts comes last. */
export const experiments: readonly Experiment[] = [
  plainSave,
  leftAloneBegins,
  coldBook,
  lifeBegins,
  coldList,
  nothingThere,
  wholeLife,
  warmedTogether,
  leftAlone,
  sideBySide,
  firstGivesUp,
  heldLoad,
  loaderDies,
  databaseGone,
  cacheGone('cache-cut', 'No replica can connect to the cache', 'cut'),
  cacheGone('cache-hangs', 'The cache answers no replica', 'hold'),
  storedKeys,
];
