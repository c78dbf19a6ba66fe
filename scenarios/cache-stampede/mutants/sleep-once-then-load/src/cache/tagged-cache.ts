import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStoreGuard } from '../limits/store/store-guard.ts';
import type { Log } from '../platform/logger.ts';
import { createStateLog } from '../platform/state-log.ts';
import { CACHE_CLASSES, type CacheKind, type CacheScope, DIRECTORY, NOTHING_TTL_MS } from './cache-kind.ts';
import type { CacheMetrics } from './cache-metrics.ts';
import type { LoadCap } from './loads/load-cap.ts';
import type { CacheStore, Found, Place } from './store/cache-store.ts';

export interface ReadRequest<Value> {
  readonly kind: CacheKind<Value>;
  readonly scope: CacheScope;
  readonly id: string;
  /** Named before the value is loaded: what they stood for then is what the entry counts under. */
  readonly tags: readonly string[];
  /** Undefined for what is not there. */
  readonly load: () => Promise<Value | undefined>;
}

/** Where `settled` is false a change may be under way, and nobody may keep the answer. */
export interface CacheAnswer<Value> {
  readonly value: Value | undefined;
  readonly settled: boolean;
}

export interface TaggedCache {
  /** Rejects with what `load` throws, and with OVERLOADED. */
  read<Value>(request: ReadRequest<Value>): Promise<CacheAnswer<Value>>;
  /** Keeps everything under the tags out until `unblock`. Rejects when that is not certain; then change nothing. */
  block(scope: CacheScope, tags: readonly string[]): Promise<string>;
  /** False when the block has been lost meanwhile. Rejects when the store cannot be asked. */
  unblock(scope: CacheScope, tags: readonly string[], writer: string): Promise<boolean>;
}

interface TaggedCacheParts {
  readonly store: CacheStore;
  readonly loads: LoadCap;
  readonly metrics: CacheMetrics;
  readonly log: Log;
  readonly random?: () => number;
}

type Missed = Exclude<Found, { state: 'hit' }> | { readonly state: 'away' };

export function createTaggedCache({ store, loads, metrics, log, random = Math.random }: TaggedCacheParts): TaggedCache {
  const state = createStateLog(log, 'the cache of pages');
  const guard = createStoreGuard({
    name: 'cache',
    probe: () => store.lookup({ scope: DIRECTORY, name: 'probe', tags: ['probe'] }),
    onAway: state.fails,
    onBack: state.works,
    timeoutMs: 60,
  });

  return {
    async read(request) {
      const { kind, scope, id, tags } = request;
      const place = { scope, name: `${kind.name}.${kind.version}:${id}`, tags };
      const found = await guard.run(() => store.lookup(place)).catch(() => ({ state: 'away' }) as const);
      const missed = found.state === 'load' || found.state === 'wait';
      metrics.read(kind, scope, missed ? 'miss' : found.state);
      if (found.state === 'hit') return { value: parse(kind, found.value), settled: true };
      return { value: await loadValue(request, place, found), settled: missed };
    },
    async block(scope, tags) {
      const writer = randomUUID();
      await store.block(scope, tags, writer).catch((error: unknown) => {
        // It may still arrive, late. The same connection delivers this after it; if not, the block lapses.
        store.unblock(scope, tags, writer).catch(() => {});
        throw error;
      });
      return writer;
    },
    unblock: (scope, tags, writer) => store.unblock(scope, tags, writer),
  };

  async function loadValue<Value>(
    request: ReadRequest<Value>,
    place: Place,
    found: Missed,
  ): Promise<Value | undefined> {
    const load = () => loads.run(async () => toLoaded(request.kind, await request.load()));
    if (found.state === 'wait') {
      // Somebody else has the lock, and a load takes a few milliseconds.
      await sleep(50);
      const again = await guard.run(() => store.lookup(place)).catch(() => found);
      if (again.state === 'hit') return parse(request.kind, again.value);
    }
    const loaded = await load();
    if (found.state === 'load' || found.state === 'wait') {
      // The caller has its value. Whoever comes next fills the cache.
      await guard.run(() => store.fill(place, found, { value: loaded.text, ttlMs: loaded.ttlMs })).catch(() => {});
    }
    return loaded.value;
  }

  function toLoaded<Value>(kind: CacheKind<Value>, value: Value | undefined) {
    const ttlMs = value === undefined ? NOTHING_TTL_MS : CACHE_CLASSES[kind.cacheClass].ttlMs;
    const text = JSON.stringify(value ?? null);
    // ± 10 %, so that entries filled together do not expire together.
    const spread = 0.9 + random() * 0.2;
    // As it will be read from the cache: else an entity tag would change with the order of its fields.
    return { value: parse(kind, text), text, ttlMs: Math.round(ttlMs * spread) };
  }
}

/** Throws when it is not of the kind's shape: the schema has changed and the version has not. */
function parse<Value>(kind: CacheKind<Value>, text: string): Value | undefined {
  const kept: unknown = JSON.parse(text);
  return kept === null ? undefined : kind.schema.parse(kept);
}
