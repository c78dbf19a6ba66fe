import type { Experiment } from '@lab/sdk';
import { behindAReport } from './experiments/behind-a-report.ts';
import { killedBetweenSteps } from './experiments/killed-between-steps.ts';
import { onCopies } from './experiments/on-copies.ts';
import { reportInBetween } from './experiments/report-in-between.ts';

/**
 * All side by side, each on a database of its own: copies for what the server counts and for the kills, the shop's own for
 * the queue. What is done to that one cannot be taken back, so nothing comes after it.
 */
export const experiments: readonly Experiment[] = [...onCopies, killedBetweenSteps, reportInBetween, behindAReport];
