import { defineSimulator } from '../frame/simulator.ts';
import { shared, side } from './retry-parameters.ts';
import { runRetries } from './retry-run.ts';

/** Clients whose calls failed in one moment, and how they come back. */
export const retries = defineSimulator({
  id: 'retries',
  prefix: 'retries',
  title: 'Retries: who comes back when',
  about:
    'At 0 the provider goes away with all clients in the middle of a call. A dot is a call that failed, a ring one that was served, a cross a client that gave up. Jitter to both sides and the budget are the functions that ShelfWise runs.',
  insight:
    'Backoff alone only moves the wall: what failed together comes back together. Jitter makes a floor of it. Attempts multiply where several layers try again. A budget caps what is tried again, whatever the pauses are.',
  puzzle: 'After an outage of 30 s, get everybody served within 10 s, with at most 3 calls for each that was meant.',
  isRandom: true,
  shared,
  side,
  presets: [
    { name: 'Waves or a floor', a: { jitter: 'none' }, b: { jitter: 'both' } },
    { name: 'A fragile provider', shared: { overload: 'fall' }, a: { jitter: 'none' }, b: { jitter: 'full' } },
    {
      name: 'Layers multiply',
      shared: { attempts: 3, clients: 20, outage: 60 },
      a: { jitter: 'both', layers: 3 },
      b: { jitter: 'both', layers: 1 },
    },
    {
      name: 'A budget',
      shared: { outage: 40, attempts: 12 },
      a: { jitter: 'full' },
      b: { jitter: 'full', budget: 'on' },
    },
    { name: 'Full or to both sides', shared: { clients: 100 }, a: { jitter: 'full' }, b: { jitter: 'both' } },
  ],
  prediction: ({ shared: { clients, outage } }) => ({
    question: `${clients} calls were meant, and the outage lasts ${outage} s. How many calls will A make in all?`,
    unit: 'calls',
    max: 30_000,
  }),
  run: runRetries,
});
