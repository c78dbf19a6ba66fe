import type * as z from 'zod';

/** How long data of a class is kept, where nothing says earlier that it changed. */
export const CACHE_CLASSES = {
  static: { ttlMs: 86_400_000 },
  semiStatic: { ttlMs: 900_000 },
  /** Five minutes in production; a second for each minute here. */
  dynamic: { ttlMs: 5_000 },
} as const;
export type CacheClass = keyof typeof CACHE_CLASSES;

export const NOTHING_TTL_MS = 5_000;

/** Values of one meaning and shape. `version` is part of every key: raise it with each change of `schema`. */
export interface CacheKind<Value> {
  readonly name: string;
  readonly version: number;
  readonly cacheClass: CacheClass;
  readonly schema: z.ZodType<Value>;
}

export type CacheScope = string;
export const DIRECTORY: CacheScope = 'directory';
