import type { Experiment } from '@lab/sdk';
import { atOnce } from './experiments/at-once.ts';
import { restedBurst } from './experiments/at-rest.ts';
import { clocksApart } from './experiments/clocks-apart.ts';
import { flood } from './experiments/flood.ts';
import { killedBetween } from './experiments/killed-between.ts';
import { storedKeys } from './experiments/stored-keys.ts';

/** In this order: the flood comes while nothing has been broken yet, and what kills a replica comes last. */
export const experiments: readonly Experiment[] = [restedBurst, flood, atOnce, killedBetween, clocksApart, storedKeys];
