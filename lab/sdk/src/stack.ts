/** A member of the stack that the lab can start. `api` and `worker` are ShelfWise processes. */
export type PartKind = 'postgres' | 'redis-cache' | 'toxiproxy' | 'api' | 'echo' | 'k6';

/** The parts that a scenario needs; nothing else is fetched, built or started. */
export interface StackSpec {
  /** Stores and proxies, in no order. */
  readonly parts: readonly ('postgres' | 'redis-cache' | 'toxiproxy')[];
  /** How many processes of each program run. */
  readonly replicas: { readonly api: number };
  /**
   * Environment of every ShelfWise process beyond what the runtime sets (addresses, secrets, ports).
   * Only keys of ShelfWise's own configuration schema.
   */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A ShelfWise process, as `api-1`. */
export type ReplicaName = `api-${number}`;

/** A dependency that each replica reaches through a proxy of its own. */
export type DependencyName = 'postgres' | 'redis-cache';
