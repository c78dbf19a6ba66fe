import { defineSimulator } from '../frame/simulator.ts';
import { shared, side } from './stampede-parameters.ts';
import { runStampede } from './stampede-run.ts';

/** One crowd of readers before two caches, one of which is guarded better. */
export const cacheStampede = defineSimulator({
  id: 'cache-stampede',
  prefix: 'stampede',
  title: 'Cache stampede: one miss, many loads',
  about:
    'Both sides have the same readers. The upper band drains as the pages age; when it is empty, they have ended. Below it stand the loads that the database is asked for, those that wait for their turn included.',
  insight:
    'A page that ends costs as many loads as readers come while the first one is at work: λ × T. Single flight makes it one for each replica, a lease one for all. Pages that were filled together end together, unless their lifetimes differ.',
  puzzle:
    'Let 40 pages be filled at once, and readers come 100 times a second. Which two settings together keep the database below 10 loads at once?',
  isRandom: true,
  shared,
  side,
  presets: [
    { name: 'One page that many want', a: { guard: 'none' }, b: { guard: 'flight' } },
    { name: 'One replica or all', a: { guard: 'flight' }, b: { guard: 'lease' }, shared: { replicas: 6, load: 60 } },
    { name: 'Wait, or see the old copy', a: { guard: 'lease' }, b: { guard: 'stale' }, shared: { loadTime: 2 } },
    {
      name: 'Forty pages of one night',
      shared: { pages: 40, load: 100, loadTime: 0.4 },
      a: { guard: 'lease' },
      b: { guard: 'lease', spread: 10 },
    },
    { name: 'A slow database', shared: { slots: 4 }, a: { guard: 'none' }, b: { guard: 'early' } },
  ],
  prediction: ({ shared: { load, loadTime } }) => ({
    question: `${load} readers come each second, and one load takes ${loadTime} s. How many loads will stand before A's database at the most?`,
    unit: 'loads',
    max: 1_000,
  }),
  run: runStampede,
});
