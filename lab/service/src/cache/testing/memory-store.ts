import type { CacheStore, Found, Place } from '../store/cache-store.ts';

export interface MemoryStore extends CacheStore {
  /** What was kept, by name. */
  readonly entries: ReadonlyMap<
    string,
    { readonly generations: string; readonly value: string; readonly ttlMs: number }
  >;
  readonly leases: Map<string, string>;
  /** While it is set every call rejects with it. */
  away: Error | undefined;
}

/** A store in memory, with the rules of the real one but no times. */
export function createMemoryStore(): MemoryStore {
  const entries = new Map<string, { generations: string; value: string; ttlMs: number }>();
  const leases = new Map<string, string>();
  const generations = new Map<string, string>();
  const writers = new Map<string, Set<string>>();
  let count = 0;
  const next = () => String(++count);
  const tagKeys = (scope: string, tags: readonly string[]) => tags.map((tag) => `${scope} ${tag}`);
  const isBlocked = ({ scope, tags }: Place) => tagKeys(scope, tags).some((key) => (writers.get(key)?.size ?? 0) > 0);
  const generationsOf = ({ scope, tags }: Place) =>
    tagKeys(scope, tags)
      .map((key) => {
        const generation = generations.get(key) ?? next();
        generations.set(key, generation);
        return generation;
      })
      .join(' ');

  const store: MemoryStore = {
    entries,
    leases,
    away: undefined,
    async lookup(place): Promise<Found> {
      if (store.away) throw store.away;
      if (isBlocked(place)) return { state: 'blocked' };
      const current = generationsOf(place);
      const entry = entries.get(place.name);
      if (entry?.generations === current) return { state: 'hit', generations: current, value: entry.value };
      const holder = leases.get(place.name);
      if (holder?.startsWith(`${current} `)) return { state: 'wait', generations: current, lease: holder };
      const lease = `${current} ${next()}`;
      leases.set(place.name, lease);
      return { state: 'load', generations: current, lease };
    },
    async fill(place, lease, entry) {
      if (store.away) throw store.away;
      if (leases.get(place.name) === lease.lease) leases.delete(place.name);
      if (isBlocked(place) || generationsOf(place) !== lease.generations) return;
      entries.set(place.name, { generations: lease.generations, ...entry });
    },
    async renew() {
      if (store.away) throw store.away;
    },
    async release(place, { lease }) {
      if (leases.get(place.name) === lease) leases.delete(place.name);
    },
    async block(scope, tags, writer) {
      if (store.away) throw store.away;
      for (const key of tagKeys(scope, tags)) {
        generations.delete(key);
        writers.set(key, new Set([...(writers.get(key) ?? []), writer]));
      }
    },
    async unblock(scope, tags, writer) {
      if (store.away) throw store.away;
      const held = tagKeys(scope, tags).map((key) => {
        generations.delete(key);
        return writers.get(key)?.delete(writer) ?? false;
      });
      return held.every(Boolean);
    },
  };
  return store;
}
