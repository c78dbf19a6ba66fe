import { setTimeout as sleep } from 'node:timers/promises';
import { type CacheStore, type Found, LEASE_MS, type Lease, type Place } from '../store/cache-store.ts';

interface LeasedLoadParts {
  readonly store: CacheStore;
  readonly pollMs?: number;
  /** How long to wait for another replica, however lively it seems. */
  readonly waitMsMax?: number;
  readonly now?: () => number;
}

/** Questions in a row. One that gets no answer may be a hiccup; a load for each would be a stampede. */
const UNANSWERED_MAX = 3;
const HOLDERS_MAX = 2;

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
 * Loads for all replicas, or waits for the one that does. A holder renews its lease while it loads, so how long that
 * takes does not matter; one that dies or fails is noticed within LEASE_MS. The one that then takes its place is waited
 * for too, since a holder that was only held up would else cost a load on every replica. There it ends: whoever does not
 * get the lease after the second holder loads for itself.
 */
export function createLeasedLoad({
  store,
  pollMs = 25,
  waitMsMax = 10_000,
  now = () => performance.now(),
}: LeasedLoadParts): LeasedLoad {
  return async ({ place, found, load, parse }) => {
    if (found.state === 'load') return await loadUnder(place, found, load);
    const endsAtMs = now() + waitMsMax;
    const holders = new Set([found.lease]);
    let unanswered = 0;
    while (now() < endsAtMs && unanswered < UNANSWERED_MAX && holders.size <= HOLDERS_MAX) {
      await sleep(pollMs);
      const again = await store.lookup(place).catch(() => undefined);
      unanswered = again ? 0 : unanswered + 1;
      if (again?.state === 'hit') return parse(again.value);
      if (again?.state === 'load') return await loadUnder(place, again, load);
      if (again?.state === 'blocked') break;
      if (again) holders.add(again.lease);
    }
    return (await load()).value;
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
