import { randomUUID } from 'node:crypto';
import { createStoreGuard } from '../limits/store/store-guard.ts';
import type { Log } from '../platform/logger.ts';
import { createStateLog } from '../platform/state-log.ts';
import { CACHE_CLASSES, type CacheKind, type CacheScope, DIRECTORY, NOTHING_TTL_MS } from './cache-kind.ts';
import type { CacheMetrics, CacheRead } from './cache-metrics.ts';
import { createLeasedLoad, type Loaded } from './loads/leased-load.ts';
import type { LoadCap } from './loads/load-cap.ts';
import { createSingleFlight } from './loads/single-flight.ts';
import type { CacheStore, Found, Place } from './store/cache-store.ts';

export interface ReadRequest<Value> {
  readonly kind: CacheKind<Value>;
  readonly scope: CacheScope;
  readonly id: string;
  /** Named before the value is loaded: what they stood for then is what the entry counts under. */
  readonly tags: readonly string[];
  /** Undefined for what is not there. It serves all who ask, so it must not end with the request of one of them. */
  readonly load: () => Promise<Value | undefined>;
}

export interface CacheAnswer<Value> {
  readonly value: Value | undefined;
  /**
   * Nothing under the tags was being changed when this was asked for. Where it is false a change may be under way, and
   * nobody may keep the answer.
   */
  readonly settled: boolean;
}

export interface TaggedCache {
  /** Rejects with what `load` throws, and with OVERLOADED; never because of the store. */
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

/** A read waits this long for the store. After a few failures in a row none waits, until it answers again. */
const STORE_LIMIT_MS = 60;
const PROBE: Place = { scope: DIRECTORY, name: 'probe', tags: ['probe'] };

export function createTaggedCache(parts: TaggedCacheParts): TaggedCache {
  const { store, loads, metrics, log, random = Math.random } = parts;
  const state = createStateLog(log, 'the cache of pages');
  const guard = createStoreGuard({
    name: 'cache',
    probe: () => store.lookup(PROBE),
    onAway: state.fails,
    onBack: state.works,
    timeoutMs: STORE_LIMIT_MS,
  });
  const guarded: CacheStore = {
    ...store,
    lookup: (place) => guard.run(() => store.lookup(place)),
    fill: (place, lease, entry) => guard.run(() => store.fill(place, lease, entry)),
  };
  const leasedLoad = createLeasedLoad({ store: guarded });
  const flights = createSingleFlight<unknown>();

  return {
    async read(request) {
      const place = placeOf(request);
      const found = await lookUp(place);
      metrics.read(request.kind, request.scope, outcomeOf(found));
      if (found.state === 'hit') return { value: parse(request.kind, found.value), settled: true };
      const value = await loadValue(request, place, found);
      return { value, settled: found.state === 'load' || found.state === 'wait' };
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

  async function lookUp(place: Place): Promise<Found | Missed> {
    return await guarded.lookup(place).catch(() => ({ state: 'away' }) as const);
  }

  async function loadValue<Value>(
    request: ReadRequest<Value>,
    place: Place,
    found: Missed,
  ): Promise<Value | undefined> {
    const load = () => loads.run(async () => toLoaded(request, await request.load()));
    const flight =
      found.state === 'load' || found.state === 'wait'
        ? // Who finds other generations asks after a change, and must not be given what was loaded before it.
          flights.join(`${keyOf(place)} ${found.generations}`, () =>
            leasedLoad({ place, found, load, parse: (text) => parse(request.kind, text) }),
          )
        : // Nobody can say what is being changed. So nobody is given what was loaded before they asked.
          flights.joinNext(keyOf(place), async () => (await load()).value);
    // The key names the kind, so the flight's value is of its shape.
    return (await flight) as Value | undefined;
  }

  function toLoaded<Value>({ kind }: ReadRequest<Value>, value: Value | undefined): Loaded<Value | undefined> {
    const ttlMs = value === undefined ? NOTHING_TTL_MS : CACHE_CLASSES[kind.cacheClass].ttlMs;
    const text = JSON.stringify(value ?? null);
    return {
      // As it will be read from the cache: else an entity tag would change with the order of its fields.
      value: parse(kind, text),
      text,
      // ± 10 %, so that entries filled together do not expire together.
      ttlMs: Math.round(ttlMs * (0.9 + random() * 0.2)),
    };
  }
}

function placeOf<Value>({ kind, scope, id, tags }: ReadRequest<Value>): Place {
  return { scope, name: `${kind.name}.${kind.version}:${id}`, tags };
}

function keyOf({ scope, name }: Place): string {
  return `${scope} ${name}`;
}

/** Throws when it is not of the kind's shape: the schema has changed and the version has not. */
function parse<Value>(kind: CacheKind<Value>, text: string): Value | undefined {
  const kept: unknown = JSON.parse(text);
  return kept === null ? undefined : kind.schema.parse(kept);
}

function outcomeOf({ state }: Found | Missed): CacheRead {
  return state === 'load' || state === 'wait' ? 'miss' : state;
}
