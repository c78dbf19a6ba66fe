/** A store, proxy or outside service that the lab can start for a scenario. */
export type StackPart =
  | 'postgres'
  | 'redis-cache'
  | 'redis-queue'
  /** Counts requests. With it ShelfWise limits them. */
  | 'redis-limits'
  /** The object store. With it ShelfWise takes uploads; its workers need the scanner then. */
  | 's3'
  | 'payment'
  /** Of viruses. */
  | 'scanner'
  /** Of webhooks: the customers' own servers. With it ShelfWise sends some. */
  | 'receiver'
  | 'toxiproxy';

/** A member of the stack that the lab can start. `api` and `worker` are ShelfWise processes. */
export type PartKind = StackPart | 'api' | 'worker' | 'echo' | 'k6';

/** The parts that a scenario needs; nothing else is fetched, built or started. */
export interface StackSpec {
  /** Stores, proxies and outside services, in no order. */
  readonly parts: readonly StackPart[];
  /** How many processes of each program run. Default for workers: none. */
  readonly replicas: { readonly api: number; readonly worker?: number };
  /**
   * Environment of every ShelfWise process beyond what the runtime sets (addresses, secrets, ports).
   * Only keys of ShelfWise's own configuration schema.
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * `in-experiments`: a run begins with the database as the service's own migrations make it, whatever others the code
   * has; an experiment runs those. No commit gates are put on its tables, since a migration may change rows and then the
   * table. Default: migrated before the replicas boot.
   */
  readonly migrations?: 'in-experiments';
}

/** A process that answers HTTP requests, as `api-1`. */
export type ApiName = `api-${number}`;

/** A process that works off jobs, as `worker-1`. */
export type WorkerName = `worker-${number}`;

/** A ShelfWise process. */
export type ReplicaName = ApiName | WorkerName;

export type ProcessKind = 'api' | 'worker';

/**
 * A dependency that each replica reaches through a proxy of its own. The receiver is none: its address is what a
 * customer has written down, the same for every worker. It has behaviours and holds of its own.
 */
export type DependencyName = Exclude<StackPart, 'toxiproxy' | 'receiver'>;
