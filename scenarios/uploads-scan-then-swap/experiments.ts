import type { Experiment } from '@lab/sdk';
import { confirmedLate } from './experiments/confirmed-late.ts';
import { lateVerdict } from './experiments/late-verdict.ts';
import { lateFile, plainFiles } from './experiments/plain-files.ts';
import { scannerDown, scannerSilent, scannerSlow } from './experiments/scanner-away.ts';
import { scannerBreaks, scannerLimit, scannerWords } from './experiments/scanner-words.ts';
import { settle } from './experiments/settle.ts';
import {
  interleavings,
  swappedAfterTheVerdict,
  swappedBeforeTheWorker,
  swappedUnderTheCopy,
  swappedWhileScanned,
} from './experiments/swapped.ts';
import { swappedWhenReady } from './experiments/swapped-when-ready.ts';

/**
 * In this order. First those that hold only what is their own and run side by side, then those that hold a worker or its
 * link for a moment. Last come those in which the scanner fails: whoever leaves a failing scanner alone for a while does
 * right, and is not to be met by the others meanwhile.
 */
export const experiments: readonly Experiment[] = [
  plainFiles,
  swappedWhileScanned,
  swappedWhenReady,
  scannerSlow,
  scannerLimit,
  lateFile,
  swappedBeforeTheWorker,
  swappedUnderTheCopy,
  swappedAfterTheVerdict,
  interleavings,
  confirmedLate,
  lateVerdict,
  scannerBreaks,
  scannerSilent,
  scannerWords,
  scannerDown,
  settle,
];
