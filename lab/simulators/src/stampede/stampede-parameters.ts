import { CACHE_CLASSES } from '@lab/service/policies/cache-kind';
import { choice, number, type ValuesOf } from '../frame/parameters.ts';
import type { Setting } from '../frame/simulator.ts';
import { guardNames } from './guards.ts';

export const shared = {
  pattern: choice('Readers come', { random: 'at random', steady: 'evenly' }, 'random'),
  load: number('Readers of all pages', { unit: 'per s', min: 1, max: 100, initial: 30 }),
  pages: number('Pages', { unit: '', min: 1, max: 60, initial: 1 }),
  replicas: number('Replicas', { unit: '', min: 1, max: 6, initial: 3 }),
  loadTime: number('One load takes', { unit: 's', min: 0.1, max: 3, step: 0.1, initial: 1 }),
  // The class of book pages in ShelfWise.
  ttl: number('A page is kept for', { unit: 's', min: 2, max: 60, initial: CACHE_CLASSES.dynamic.ttlMs / 1_000 }),
  slots: number('Loads that the database executes at once', { unit: '', min: 1, max: 200, initial: 100 }),
};

export const side = {
  guard: choice('Guard', guardNames, 'none'),
  spread: number('Lifetimes differ by', { unit: '% to both sides', min: 0, max: 50, initial: 0 }),
};

export type StampedeSetting = Setting<ValuesOf<typeof shared>, ValuesOf<typeof side>>;
