import type { Experiment } from '@lab/sdk';
import { atRest } from './experiments/at-rest.ts';
import { eachWay } from './experiments/each-way.ts';
import { hangs } from './experiments/hangs.ts';

/** In this order: what starts a replica anew comes last. */
export const experiments: readonly Experiment[] = [atRest, hangs, eachWay];
