import { defineSimulator } from '../frame/simulator.ts';
import { shared, side } from './limits-parameters.ts';
import { runLimits } from './limits-run.ts';

/** One stream of requests through two limiters of the same budget. */
export const rateLimiting = defineSimulator({
  id: 'rate-limiting',
  prefix: 'limits',
  title: 'Rate limiting: one budget, two shapes',
  about:
    'Both sides are given the same requests and the same budget. A tick went through at once, a ring waited, a cross was refused. The grey stretch is the fullest window so far, wherever it begins. The small frame shows how much of the budget is used; where each replica counts, of the one that was asked last. The sliding window and the token bucket are decided by the function that ShelfWise runs.',
  insight:
    'A fixed window can let twice the limit through around its edge. A token bucket lets its burst through at once, and its rate after that. A leaky bucket turns refusals into waiting. And where each of n replicas counts for itself, the limit is n times what you wrote.',
  puzzle:
    'Set the limit to 10, the load to 5 and the burst to 20, so that 20 requests come around each edge. Find a limiter that never lets more than the limit through in any window, and refuses nobody. Who pays for it?',
  isRandom: true,
  shared,
  side,
  presets: [
    { name: 'Around the edge', a: { limiter: 'fixed' }, b: { limiter: 'bucket' } },
    {
      name: 'Three replicas',
      shared: { pattern: 'steady', load: 60 },
      a: { limiter: 'sliding', counting: 'local' },
      b: { limiter: 'sliding' },
    },
    {
      name: 'Refuse or wait',
      shared: { pattern: 'random', load: 18 },
      a: { limiter: 'bucket' },
      b: { limiter: 'leaky' },
    },
    {
      name: 'A greedy neighbour',
      shared: { pattern: 'two', load: 50 },
      a: { limiter: 'sliding', counting: 'everyone' },
      b: { limiter: 'sliding' },
    },
  ],
  prediction: ({ shared: { limit, window } }) => ({
    question: `The limit is ${limit} in ${window} s. How many requests of one client will A let through in its fullest ${window} s?`,
    unit: 'requests',
    max: 600,
  }),
  run: runLimits,
});
