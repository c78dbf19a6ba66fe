import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import * as z from 'zod';
import { defineScript } from '../../platform/redis-script.ts';
import type { CacheScope } from '../cache-kind.ts';
import { BLOCK, FILL, LOOKUP, RELEASE, RENEW, UNBLOCK } from './cache-scripts.ts';

/** Where an entry is, and the tags that it counts under. */
export interface Place {
  readonly scope: CacheScope;
  readonly name: string;
  readonly tags: readonly string[];
}

export interface Lease {
  readonly generations: string;
  /** Of all who hold or held one, each has another. */
  readonly lease: string;
}

/**
 * `load`: the caller holds the lease and loads. `wait`: somebody else does. `blocked`: what a tag stands for is being
 * changed, so go to the database and keep nothing.
 */
export type Found =
  | { readonly state: 'hit'; readonly generations: string; readonly value: string }
  | ({ readonly state: 'load' } & Lease)
  | ({ readonly state: 'wait' } & Lease)
  | { readonly state: 'blocked' };

/** What all replicas share. All reject when the store is away or too slow. */
export interface CacheStore {
  lookup(place: Place): Promise<Found>;
  /** Without effect when a tag has changed since the lease was given. */
  fill(place: Place, lease: Lease, entry: { readonly value: string; readonly ttlMs: number }): Promise<void>;
  renew(place: Place, lease: Lease): Promise<void>;
  release(place: Place, lease: Lease): Promise<void>;
  /** Drops everything under the tags and keeps it out until `unblock`, for half a minute at the most. */
  block(scope: CacheScope, tags: readonly string[], writer: string): Promise<void>;
  /** False when the block had not held until now, so entries from before the change may be there. Drops them. */
  unblock(scope: CacheScope, tags: readonly string[], writer: string): Promise<boolean>;
}

/** How long a process may be silent before another one loads in its place. It renews three times as often. */
export const LEASE_MS = 450;
/** Outlives the longest request, so a writer that dies half way leaves no gap. */
const BLOCK_MS = 30_000;
/** At first; whoever fills an entry makes its generations outlive it. */
const GENERATION_MS = 7_200_000;

const foundSchema = z.tuple([z.enum(['hit', 'load', 'wait', 'blocked']), z.string(), z.string()]);

export function createCacheStore(redis: Redis): CacheStore {
  const lookup = defineScript(redis, 'lookupCached', LOOKUP);
  const fill = defineScript(redis, 'fillCached', FILL);
  const renew = defineScript(redis, 'renewCacheLease', RENEW);
  const release = defineScript(redis, 'releaseCacheLease', RELEASE);
  const block = defineScript(redis, 'blockCacheTags', BLOCK);
  const unblock = defineScript(redis, 'unblockCacheTags', UNBLOCK);

  return {
    async lookup(place) {
      const fresh = [randomUUID(), LEASE_MS, randomUUID(), GENERATION_MS];
      return toFound(foundSchema.parse(await lookup(keysOf(place), fresh)));
    },
    async fill(place, { lease, generations }, { value, ttlMs }) {
      await fill(keysOf(place), [lease, generations, value, ttlMs, Math.max(2 * ttlMs, GENERATION_MS)]);
    },
    async renew(place, { lease }) {
      await renew([leaseKeyOf(place)], [lease, LEASE_MS]);
    },
    async release(place, { lease }) {
      await release([leaseKeyOf(place)], [lease]);
    },
    async block(scope, tags, writer) {
      await block(tagKeysOf(scope, tags), [writer, BLOCK_MS]);
    },
    async unblock(scope, tags, writer) {
      return (await unblock(tagKeysOf(scope, tags), [writer])) === 1;
    },
  };
}

/** The braces keep a scope's keys in one slot of a cluster, as scripts need. */
function entryKeyOf({ scope, name }: Place): string {
  return `cache:{${scope}}:entry:${name}`;
}

function leaseKeyOf(place: Place): string {
  return `${entryKeyOf(place)}:lease`;
}

function keysOf(place: Place): readonly string[] {
  return [entryKeyOf(place), leaseKeyOf(place), ...tagKeysOf(place.scope, place.tags)];
}

function tagKeysOf(scope: CacheScope, tags: readonly string[]): readonly string[] {
  return tags.flatMap((tag) => [`cache:{${scope}}:tag:${tag}`, `cache:{${scope}}:tag:${tag}:writers`]);
}

function toFound([state, generations, text]: z.output<typeof foundSchema>): Found {
  if (state === 'hit') return { state, generations, value: text };
  if (state === 'blocked') return { state };
  return { state, generations, lease: text };
}
