import type { Experiment } from '@lab/sdk';
import { outage } from './experiments/outage.ts';
import { settle } from './experiments/settle.ts';

/** One long order of events: what comes back after an outage comes back beside all the rest. */
export const experiments: readonly Experiment[] = [outage, settle];
