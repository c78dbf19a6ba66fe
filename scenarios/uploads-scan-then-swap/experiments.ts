import type { Experiment } from '@lab/sdk';
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
 * In this order. First those that hold only what is their own, the verdict on their bytes, and so run side by side; then
 * those that hold a worker, its link or the scanner for a moment.
 */
export const experiments: readonly Experiment[] = [
  plainFiles,
  swappedWhileScanned,
  swappedWhenReady,
  scannerSilent,
  scannerSlow,
  scannerWords,
  scannerLimit,
  lateFile,
  scannerBreaks,
  swappedBeforeTheWorker,
  swappedUnderTheCopy,
  swappedAfterTheVerdict,
  interleavings,
  scannerDown,
  lateVerdict,
  settle,
];
