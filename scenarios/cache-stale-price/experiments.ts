import type { Experiment } from '@lab/sdk';
import {
  cacheGone,
  readerCut,
  readerHeld,
  writerCut,
  writerCutMidway,
  writerHeld,
} from './experiments/cache-faults.ts';
import { emptiedAfter, emptiedMidway } from './experiments/emptied-cache.ts';
import { lateFill, lateReply, twoWriters } from './experiments/held-fills.ts';
import { bulkWrite, commitHeld, plainWrite, rowHeld } from './experiments/held-writers.ts';
import { interleavings, reread, storedKeys } from './experiments/looking-again.ts';
import { overtakenWriter } from './experiments/overtaken-writer.ts';

/** In the order in which they run. The ones that break the cache come last. */
export const experiments: readonly Experiment[] = [
  plainWrite,
  bulkWrite,
  rowHeld,
  commitHeld,
  lateFill('late-fill', 'A fill is held; it arrives as soon as the save was answered', 0),
  lateFill('later-fill', 'A fill is held; it arrives well after the save was answered', 500),
  lateReply,
  twoWriters,
  overtakenWriter,
  readerCut,
  readerHeld,
  writerCut,
  writerHeld,
  writerCutMidway,
  interleavings,
  emptiedMidway,
  emptiedAfter,
  cacheGone('cache-cut', 'No replica can connect to the cache', 'cut'),
  cacheGone('cache-hangs', 'The cache answers no replica', 'hold'),
  reread,
  storedKeys,
];
