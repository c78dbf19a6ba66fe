import { createRandom } from '../kernel/random.ts';
import { createSimulation, type Noted } from '../kernel/simulation.ts';
import { createDatabase } from './database.ts';
import { type Guard, isEarly } from './guards.ts';

/** A request for a page, as the front hands it to a replica. */
export interface Read {
  readonly atMs: number;
  readonly page: number;
  readonly replica: number;
}

export interface Guarded {
  readonly guard: Guard;
  /** How much lifetimes differ, in percent to both sides. */
  readonly spread: number;
}

interface World {
  readonly seed: number;
  readonly endMs: number;
  readonly pages: number;
  readonly ttlMs: number;
  readonly loadMs: number;
  readonly slots: number;
}

/** `miss`: of one reader. `asked`, `begun`, `ended`: of one load, which waits for a slot of the database first. */
export type CacheEvent =
  | { readonly kind: 'miss'; readonly page: number; readonly replica: number }
  | { readonly kind: 'answered'; readonly waitedMs: number }
  | { readonly kind: 'asked'; readonly page: number; readonly expiry: number }
  | { readonly kind: 'begun' }
  | { readonly kind: 'ended'; readonly page: number; readonly expiry: number }
  /** The page is in the cache until then. */
  | { readonly kind: 'filled'; readonly page: number; readonly untilMs: number };

/** One side: all reads of the stream meet a cache with this guard. All pages were filled at the beginning. */
export function readPages(reads: readonly Read[], how: Guarded, world: World): readonly Noted<CacheEvent>[] {
  const { seed, endMs, ttlMs, loadMs, slots } = world;
  const random = createRandom(seed, 'cache');
  const simulation = createSimulation<CacheEvent>({ endMs });
  const { nowMs, note } = simulation;
  const database = createDatabase(simulation, { slots, loadMs, onBegin: () => note({ kind: 'begun' }) });
  const untilMs = new Map<number, number>();
  const expiries = new Map<number, number>();
  /** Who waits for a load that others may join, by who may. */
  const flights = new Map<string, (() => void)[]>();

  simulation.at(0, () => {
    for (let page = 0; page < world.pages; page += 1) fill(page);
  });
  for (const one of reads) simulation.at(one.atMs, () => read(one));
  return simulation.run();

  function read({ page, replica }: Read): void {
    const began = nowMs();
    const answer = () => note({ kind: 'answered', waitedMs: nowMs() - began });
    const endsAtMs = untilMs.get(page) ?? 0;
    const isFresh = began < endsAtMs;
    if (isFresh) answer();
    if (isFresh && !(how.guard === 'early' && isEarly({ nowMs: began, endsAtMs, loadMs }, random.next()))) return;
    if (!isFresh) note({ kind: 'miss', page, replica });
    const waiter = isFresh ? () => {} : answer;
    guarded(page, replica, waiter);
  }

  function guarded(page: number, replica: number, waiter: () => void): void {
    switch (how.guard) {
      case 'none':
      case 'early':
        load(page, waiter);
        break;
      case 'flight':
        join(`${page} ${replica}`, page, waiter);
        break;
      case 'lease':
        join(`${page}`, page, waiter);
        break;
      case 'stale':
        waiter();
        join(`${page}`, page, () => {});
        break;
    }
  }

  function join(key: string, page: number, waiter: () => void): void {
    const flight = flights.get(key);
    if (flight) {
      flight.push(waiter);
      return;
    }
    const waiters = [waiter];
    flights.set(key, waiters);
    load(page, () => {
      flights.delete(key);
      for (const one of waiters) one();
    });
  }

  function load(page: number, loaded: () => void): void {
    const expiry = expiries.get(page) ?? 0;
    note({ kind: 'asked', page, expiry });
    database.load(() => {
      note({ kind: 'ended', page, expiry });
      // Of several loads of one expiry the first fills, and the others fill the same again.
      if (expiry === expiries.get(page)) fill(page);
      loaded();
    });
  }

  function fill(page: number): void {
    const factor = 1 + (how.spread / 100) * (2 * random.next() - 1);
    const until = nowMs() + ttlMs * factor;
    untilMs.set(page, until);
    expiries.set(page, (expiries.get(page) ?? 0) + 1);
    note({ kind: 'filled', page, untilMs: until });
  }
}
