import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { createStoreGuard } from '../limits/store/store-guard.ts';
import type { Log } from '../platform/logger.ts';
import { createStateLog } from '../platform/state-log.ts';
import { CACHE_CLASSES, type CacheKind, type CacheScope, DIRECTORY, NOTHING_TTL_MS } from './cache-kind.ts';
import type { CacheMetrics } from './cache-metrics.ts';
import type { LoadCap } from './loads/load-cap.ts';
import { createSingleFlight } from './loads/single-flight.ts';
import type { CacheStore, Found, Place } from './store/cache-store.ts';

export interface ReadRequest<Value> {
  readonly kind: CacheKind<Value>;
  readonly scope: CacheScope;
  readonly id: string;
  readonly tags: readonly string[];
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
  const flights = createSingleFlight<unknown>();

  return {
    async read(request) {
      const { kind, scope, id, tags } = request;
      const place = { scope, name: `${kind.name}.${kind.version}:${id}`, tags };
      const found = await guard.run(() => store.lookup(place)).catch(() => ({ state: 'away' }) as const);
      const missed = found.state === 'load' || found.state === 'wait';
      metrics.read(kind, scope, missed ? 'miss' : found.state);
      if (found.state === 'hit') {
        const { renewAtMs, kept } = copySchema.parse(JSON.parse(found.value));
        if (Date.now() >= renewAtMs) renew(request, place, found.generations);
        return { value: kept === null ? undefined : kind.schema.parse(kept), settled: true };
      }
      return { value: await loadValue(request, place, found), settled: missed };
    },
    async block(scope, tags) {
      const writer = randomUUID();
      await store.block(scope, tags, writer).catch((error: unknown) => {
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
    if (found.state === 'load' || found.state === 'wait') {
      const flight = flights.join(`${keyOf(place)} ${found.generations}`, async () => {
        const loaded = await load();
        await guard.run(() => store.fill(place, found, loaded.entry)).catch(() => {});
        return loaded.value;
      });
      return (await flight) as Value | undefined;
    }
    return (await flights.joinNext(keyOf(place), async () => (await load()).value)) as Value | undefined;
  }

  /** Makes the page again while the old copy is still shown. Nobody waits for it. */
  function renew<Value>(request: ReadRequest<Value>, place: Place, generations: string): void {
    const work = async () => {
      const { entry } = await loads.run(async () => toLoaded(request.kind, await request.load()));
      await guard.run(() => store.fill(place, { generations, lease: 'none' }, entry));
    };
    flights.join(`renew ${keyOf(place)} ${generations}`, work).catch(() => {}); // The old copy stays, and is shown.
  }

  function toLoaded<Value>(kind: CacheKind<Value>, value: Value | undefined) {
    const fullMs = value === undefined ? NOTHING_TTL_MS : CACHE_CLASSES[kind.cacheClass].ttlMs;
    // ± 10 %; whoever comes after that has it made again. An old copy is there for long, so that nobody has to wait.
    const renewAtMs = Date.now() + fullMs * (0.85 + random() * 0.2);
    const ttlMs = fullMs * 12;
    const kept = parse(kind, JSON.stringify(value ?? null));
    return { value: kept, entry: { value: JSON.stringify({ renewAtMs, kept: kept ?? null }), ttlMs } };
  }
}

function keyOf({ scope, name }: Place): string {
  return `${scope} ${name}`;
}

const copySchema = z.object({ renewAtMs: z.number(), kept: z.unknown() });

/** Throws when it is not of the kind's shape: the schema has changed and the version has not. */
function parse<Value>(kind: CacheKind<Value>, text: string): Value | undefined {
  const kept: unknown = JSON.parse(text);
  return kept === null ? undefined : kind.schema.parse(kept);
}
