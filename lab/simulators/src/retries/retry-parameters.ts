import { choice, number, type ValuesOf } from '../frame/parameters.ts';
import type { Setting } from '../frame/simulator.ts';
import { jitterNames } from './pauses.ts';
import { FALL_FACTOR, FALL_MS } from './provider.ts';
import { RETRY_BUDGET } from './retry-calls.ts';

export const shared = {
  clients: number('Clients, all in the middle of a call', { unit: '', min: 5, max: 100, initial: 60 }),
  outage: number('The outage lasts', { unit: 's', min: 1, max: 60, initial: 20 }),
  capacity: number('Then it bears', { unit: 'calls per s', min: 5, max: 200, initial: 30 }),
  overload: choice(
    'What is more',
    {
      refuse: 'is refused',
      fall: `is refused, and ${FALL_FACTOR} times as much makes it fall over for ${FALL_MS / 1_000} s`,
    },
    'refuse',
  ),
  base: number('First pause', { unit: 's', min: 0.5, max: 5, step: 0.5, initial: 1 }),
  cap: number('Longest pause', { unit: 's', min: 1, max: 60, initial: 8 }),
  attempts: number('Attempts in each layer', { unit: '', min: 1, max: 12, initial: 8 }),
};

const { max, perSuccess, perSecond } = RETRY_BUDGET;

export const side = {
  jitter: choice('Jitter', jitterNames, 'none'),
  layers: number('Layers that try again', { unit: '', min: 1, max: 3, initial: 1 }),
  budget: choice(
    'Retry budget',
    {
      off: 'none',
      on: `${max} tokens; a failure costs 1, a success brings ${perSuccess} and a second ${perSecond}; retries need more than ${max / 2}`,
    },
    'off',
  ),
};

export type RetrySetting = Setting<ValuesOf<typeof shared>, ValuesOf<typeof side>>;
