import type { ToxicEnd } from '@lab/runtime';
import type { ApiName, Clock, ExperimentHandle, Random, ReplicaName, TimelineEvent, WorkerName } from '@lab/sdk';
import type { Testbed } from '../testbed/testbed.ts';
import { openDatabaseHandle } from './database.ts';
import { openKeyStore } from './key-store.ts';
import type { Ledger } from './ledger.ts';
import { createLinks } from './links.ts';
import { readMetrics } from './metrics.ts';
import { openMigrations } from './migrations/migrations.ts';
import { createObjectStore } from './object-store.ts';
import { createPayment } from './payment.ts';
import { createProcesses } from './processes.ts';
import { createReceiver } from './receiver.ts';
import { createScanner } from './scanner.ts';

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
  onReleased(replicas: readonly ReplicaName[], how: ToxicEnd): void;
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
  const cache = openKeyStore('redis-cache', testbed.storeUrl('redis-cache'));
  const limits = openKeyStore('redis-limits', testbed.storeUrl('redis-limits'));
  const links = createLinks({
    proxyOf: testbed.proxyOf,
    onEvent: options.onEvent,
    onReleased: options.onReleased,
  });
  const processes = createProcesses({ testbed, onEvent: options.onEvent });
  const { clock, signal, onEvent } = options;
  const name = `lab:${testbed.run}:${experiment}`;
  const migrations = openMigrations({ ground: testbed.migrations, name, clock, signal, onEvent });
  const payment = createPayment({ service: testbed.payment, clock, signal, onEvent });
  const scanner = createScanner({ service: testbed.scanner, clock, signal, onEvent });
  const receiver = createReceiver({
    service: testbed.receiver,
    door: testbed.receiverDoor,
    clock,
    signal,
    onEvent,
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
    limits,
    objects: createObjectStore({ bucket: testbed.bucket, signal }),
    links,
    processes,
    migrations,
    metrics: (replica) => readMetrics({ replicas: testbed.replicas, replica, signal }),
    payment,
    scanner,
    receiver,
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
      for (const service of [payment, scanner, receiver]) await service.releaseAll();
      await migrations.releaseAll();
      // What waits for a lock is let go before what is down is brought back.
      await database[Symbol.asyncDispose]();
      await processes.restore();
      await cache[Symbol.asyncDispose]();
      await limits[Symbol.asyncDispose]();
    },
  };
}
