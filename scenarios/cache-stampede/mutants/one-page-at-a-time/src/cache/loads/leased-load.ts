import { setTimeout as sleep } from 'node:timers/promises';
import { type CacheStore, type Found, LEASE_MS, type Lease, type Place } from '../store/cache-store.ts';

interface LeasedLoadParts {
  readonly store: CacheStore;
}

/** What is loaded, as it is kept. */
export interface Loaded<Value> {
  readonly value: Value;
  readonly text: string;
  readonly ttlMs: number;
}

interface LeasedLoadRequest<Value> {
  readonly place: Place;
  readonly found: Extract<Found, { state: 'load' | 'wait' }>;
  readonly load: () => Promise<Loaded<Value>>;
  readonly parse: (text: string) => Value;
}

export type LeasedLoad = <Value>(request: LeasedLoadRequest<Value>) => Promise<Value>;

/**
 * Loads for all replicas. A holder renews its lease while it loads, so how long that takes does not matter; one that
 * dies or fails is noticed within LEASE_MS.
 */
export function createLeasedLoad({ store }: LeasedLoadParts): LeasedLoad {
  return async ({ place, found, load, parse }) => {
    if (found.state === 'load') return await loadUnder(place, found, load);
    while (true) {
      await sleep(25);
      const again = await store.lookup(place).catch(() => undefined);
      if (again?.state === 'hit') return parse(again.value);
      if (again?.state === 'load') return await loadUnder(place, again, load);
      if (again?.state !== 'wait') return (await load()).value;
    }
  };

  async function loadUnder<Value>(place: Place, lease: Lease, load: () => Promise<Loaded<Value>>): Promise<Value> {
    // One page of a shop at a time, whichever replica makes it: the database never has more than one of these queries.
    const turn: Place = { scope: place.scope, name: 'turn', tags: [] };
    const renewal = setInterval(() => void store.renew(place, lease).catch(() => {}), LEASE_MS / 3);
    let mine = await store.lookup(turn).catch(() => undefined);
    while (mine?.state === 'wait') {
      await sleep(25);
      mine = await store.lookup(turn).catch(() => undefined);
    }
    const held = mine?.state === 'load' ? mine : undefined;
    const holding = setInterval(() => held && void store.renew(turn, held).catch(() => {}), LEASE_MS / 3);
    try {
      const { value, text, ttlMs } = await load();
      // The caller has its value. Whoever comes next fills the cache.
      await store.fill(place, lease, { value: text, ttlMs }).catch(() => {});
      return value;
    } catch (error) {
      // Errors are never kept. Others may try at once; if this does not arrive, when the lease has ended.
      void store.release(place, lease).catch(() => {});
      throw error;
    } finally {
      clearInterval(renewal);
      clearInterval(holding);
      if (held) void store.release(turn, held).catch(() => {});
    }
  }
}
