import { ProblemError } from '../../platform/problem.ts';
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
  return async ({ place, found, load }) => {
    if (found.state === 'load') return await loadUnder(place, found, load);
    // Another replica makes this page, and the database is to be spared: the browser comes back in a second.
    throw new ProblemError('OVERLOADED', { retryAfterSeconds: 1 });
  };

  async function loadUnder<Value>(place: Place, lease: Lease, load: () => Promise<Loaded<Value>>): Promise<Value> {
    // A renewal that fails or is late lets another replica load too, which costs one load.
    const renewal = setInterval(() => void store.renew(place, lease).catch(() => {}), LEASE_MS / 3);
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
    }
  }
}
