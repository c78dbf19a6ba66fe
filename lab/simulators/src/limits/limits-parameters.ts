import { choice, number, type ValuesOf } from '../frame/parameters.ts';
import type { Setting } from '../frame/simulator.ts';
import type { Counting } from './limit-requests.ts';
import type { LimiterName } from './limiters.ts';

export const shared = {
  pattern: choice(
    'How they come',
    {
      edge: 'in two bursts, before and after the edge of a window',
      steady: 'evenly',
      random: 'at random',
      two: 'two clients, one of them greedy',
    },
    'edge',
  ),
  load: number('Requests', { unit: 'per s', min: 2, max: 60, initial: 20 }),
  limit: number('Limit', { unit: 'per window', min: 2, max: 60, initial: 30 }),
  window: number('Window', { unit: 's', min: 1, max: 10, initial: 2 }),
  burst: number('Burst, or room in the queue', { unit: 'requests', min: 1, max: 60, initial: 10 }),
  replicas: number('Replicas', { unit: '', min: 1, max: 6, initial: 3 }),
};

export const limiterNames: Readonly<Record<LimiterName, string>> = {
  fixed: 'Fixed window',
  sliding: 'Sliding window',
  bucket: 'Token bucket',
  leaky: 'Leaky bucket, a queue',
};

export const countingNames: Readonly<Record<Counting, string>> = {
  shared: 'one count of each client, in a shared store',
  local: 'each replica counts for itself',
  everyone: 'one count for all clients together',
};

export const side = {
  limiter: choice('Limiter', limiterNames, 'fixed'),
  counting: choice('Counting', countingNames, 'shared'),
};

export type LimitsSetting = Setting<ValuesOf<typeof shared>, ValuesOf<typeof side>>;
