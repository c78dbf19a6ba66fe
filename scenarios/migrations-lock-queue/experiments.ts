import type { Experiment } from '@lab/sdk';
import { behindAReport } from './experiments/behind-a-report.ts';
import { onCopies } from './experiments/on-copies.ts';
import { reportInBetween } from './experiments/report-in-between.ts';

/**
 * All side by side, each on a database of its own: copies for what the server counts and for the kill, the shop's own for
 * the queue. What is done to that one cannot be taken back, so nothing comes after it.
 */
export const experiments: readonly Experiment[] = [...onCopies, reportInBetween, behindAReport];
