import type { ApiName, Clock, ExperimentHandle, Random, ReplicaName, TimelineEvent, WorkerName } from '@lab/sdk';
import type { Testbed } from '../testbed/testbed.ts';
import { openCacheStore } from './cache-store.ts';
import { openDatabaseHandle } from './database.ts';
import type { Ledger } from './ledger.ts';
import { createLinks } from './links.ts';
import { createPayment } from './payment.ts';
import { createProcesses } from './processes.ts';

interface HandleOptions {
  readonly testbed: Testbed;
  readonly experiment: string;
  readonly attempt: number;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly seed: number;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly replicas: readonly ApiName[];
  readonly workers: readonly WorkerName[];
  readonly usedKeys: { readonly experiment: string; readonly key: string }[];
  /** Values made once per run. */
  readonly shared: Map<string, Promise<unknown>>;
  onEvent(event: Omit<TimelineEvent, 'atMs'>): void;
  onReleased(replicas: readonly ReplicaName[]): void;
}

/** A handle for one attempt. Dispose undoes every hold and fault that the attempt left behind. */
export async function openExperimentHandle(options: HandleOptions): Promise<ExperimentHandle & AsyncDisposable> {
  const { testbed, experiment } = options;
  const database = await openDatabaseHandle({
    url: testbed.adminUrl(),
    run: testbed.run,
    experiment,
    signal: options.signal,
  });
  const cache = openCacheStore(testbed.cacheUrl());
  const links = createLinks({
    proxyOf: testbed.proxyOf,
    onEvent: options.onEvent,
    onReleased: options.onReleased,
  });
  const processes = createProcesses({ testbed, onEvent: options.onEvent });
  const payment = createPayment({
    world: testbed.world,
    behaviours: testbed.behaviours,
    clock: options.clock,
    signal: options.signal,
    onEvent: options.onEvent,
  });
  return {
    signal: options.signal,
    clock: options.clock,
    seed: options.seed,
    random: options.random,
    attempt: options.attempt,
    replicas: options.replicas,
    workers: options.workers,
    database,
    cache,
    links,
    processes,
    payment,
    request: (spec) => options.ledger.send(spec, experiment),
    use: (...keys) => {
      for (const key of keys) options.usedKeys.push({ experiment, key });
    },
    once: <T>(name: string, make: () => Promise<T>): Promise<T> => {
      const made = options.shared.get(name) ?? make();
      options.shared.set(name, made);
      // The name is the scenario's own: one name, one type.
      return made as Promise<T>;
    },
    usedKeys: () => [...options.usedKeys],
    [Symbol.asyncDispose]: async () => {
      await links.releaseAll();
      await payment.releaseAll();
      // What waits for a lock is let go before what is down is brought back.
      await database[Symbol.asyncDispose]();
      await processes.restore();
      await cache[Symbol.asyncDispose]();
    },
  };
}
