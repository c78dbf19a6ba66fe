import { join } from 'node:path';
import type {
  RuntimeContext,
  StartedPostgres,
  StartedProxy,
  StartedRedis,
  StartedToxiproxy,
  StartedWorld,
} from '@lab/runtime';
import type {
  ApiName,
  DependencyName,
  LabError,
  ReplicaName,
  Scenario,
  StoppedProcess,
  UnexpectedExit,
  WorkerName,
} from '@lab/sdk';
import { type Behaviour, createWorldControl, type WorldControl } from '@lab/world';
import { installCommitGates, removeCommitGates } from './commit-gate.ts';
import { lossAmong } from './lost-part.ts';
import { createReplicaSet } from './replica-set.ts';
import { databaseName, ownerRole, replicaEnvironment, type Secrets } from './service-environment.ts';
import { type Canary, databaseCanary, emptyStore, httpCanary, redisCanary } from './stores.ts';
import { connectAdmin, hashFolder, runServiceProgram, withUser } from './template.ts';
import { type TestbedControls, testbedControls } from './testbed-controls.ts';

/** One running stack with its replicas: the ground that a grade or a practice session stands on. */
export interface Testbed extends AsyncDisposable, TestbedControls {
  readonly run: string;
  readonly runDir: string;
  readonly context: RuntimeContext;
  /** The processes of ShelfWise that run; a worker has no address. */
  readonly replicas: readonly {
    readonly name: ReplicaName;
    readonly url: string | null;
    readonly internalUrl: string;
    readonly pid: number;
  }[];
  readonly parts: readonly {
    readonly part: string;
    readonly pid: number;
    readonly host: string;
    readonly port: number;
  }[];
  /** A part that ended although nobody asked it to; null while all run. `cause`: what failed, perhaps because of that. */
  loss(cause?: unknown): Promise<LabError | null>;
  /** Direct pings of each part, for the lab's own health. */
  readonly canaries: readonly Canary[];
  /** Superuser address of the shop database, past Toxiproxy. */
  adminUrl(): string;
  /** Empty without a cache. */
  cacheUrl(): string;
  /** The outside world's own control; null where the stack has none. */
  readonly world: WorldControl | null;
  /** What the provider does at the moment, by whoever asked for it: the world knows one list only. */
  readonly behaviours: Set<readonly Behaviour[]>;
  /** Empty while it does not run. */
  urlOf(replica: ApiName): string;
  proxyOf(replica: ReplicaName, dependency: DependencyName): StartedProxy | undefined;
  /** Fresh database with the migrations of this code, empty stores, links without toxics. Replicas must be down. */
  resetData(codeDir: string): Promise<void>;
  /** Boots every replica from this code, side by side. Throws `SubmissionError` when one does not come up. */
  bootReplicas(codeDir: string): Promise<void>;
  /** Ends one replica and boots it again from this code. */
  replaceReplica(name: ReplicaName, codeDir: string): Promise<void>;
  stopReplicas(): Promise<void>;
  /** SIGKILL; nothing that it had begun takes effect later. */
  killReplica(name: ReplicaName): Promise<void>;
  /** Boots it again from the code that it had. False: it does not come up. */
  startReplica(name: ReplicaName): Promise<boolean>;
  /** SIGTERM, and SIGKILL after `graceMs`. */
  endReplica(name: ReplicaName, graceMs: number): Promise<StoppedProcess>;
  pauseReplica(name: ReplicaName): Promise<void>;
  resumeReplica(name: ReplicaName): Promise<void>;
  /** Calls back when a replica ends although nobody asked it to; returns the way to stop listening. */
  onReplicaExit(listener: (exit: UnexpectedExit) => void): () => void;
}

export interface TestbedParts {
  readonly context: RuntimeContext;
  readonly scenario: Scenario;
  readonly serviceDir: string;
  readonly postgres: StartedPostgres;
  readonly cache: StartedRedis | null;
  readonly queue: StartedRedis | null;
  readonly world: StartedWorld | null;
  readonly toxiproxy: StartedToxiproxy;
  readonly secrets: Secrets;
  readonly clockNowMs: () => number;
  dispose(): Promise<void>;
}

export function apiNames(scenario: Scenario): readonly ApiName[] {
  return Array.from({ length: scenario.stack.replicas.api }, (_, index): ApiName => `api-${index + 1}`);
}

export function workerNames(scenario: Scenario): readonly WorkerName[] {
  return Array.from({ length: scenario.stack.replicas.worker ?? 0 }, (_, index): WorkerName => `worker-${index + 1}`);
}

export function replicaNames(scenario: Scenario): readonly ReplicaName[] {
  return [...apiNames(scenario), ...workerNames(scenario)];
}

export async function createTestbed(parts: TestbedParts): Promise<Testbed> {
  const { context, scenario, postgres, cache, queue, toxiproxy } = parts;
  const names = replicaNames(scenario);
  const proxies = await openProxies(parts, names);
  const templateMigrations = await hashFolder(join(parts.serviceDir, 'migrations'));
  const adminUrl = (): string => postgres.adminUrl(databaseName);
  const world =
    parts.world === null
      ? null
      : createWorldControl({ url: parts.world.controlUrl, token: parts.world.token, signal: context.signal });
  const set = createReplicaSet({
    context,
    names,
    environmentOf: (name) => environmentOf(parts, proxies, name),
    proxiesOf: (name) => [...proxies].filter(([key]) => key.startsWith(`${name}:`)).map(([, proxy]) => proxy),
    adminUrl,
    clockNowMs: parts.clockNowMs,
  });

  return {
    ...testbedControls(parts, names),
    run: context.run,
    runDir: context.runDir,
    context,
    get replicas() {
      return set.running().toSorted((a, b) => a.name.localeCompare(b.name));
    },
    get parts() {
      // Anew: a part that was restarted has another pid.
      return describeParts(parts);
    },
    loss: (cause) =>
      lossAmong(
        [postgres, cache, queue, parts.world, toxiproxy].flatMap((part) => part ?? []),
        cause,
      ),
    canaries: [
      databaseCanary(adminUrl),
      httpCanary('toxiproxy', `${toxiproxy.apiUrl}/version`),
      ...(cache === null ? [] : [redisCanary('redis-cache', cache)]),
      ...(queue === null ? [] : [redisCanary('redis-queue', queue)]),
      ...(world === null ? [] : [{ part: 'payment', ping: () => world.ping() }]),
    ],
    adminUrl,
    cacheUrl: () => cache?.url ?? '',
    world,
    behaviours: new Set(),
    urlOf: set.urlOf,
    proxyOf: (replica, dependency) => proxies.get(`${replica}:${dependency}`),
    resetData: async (codeDir) => {
      await Promise.all([...proxies.values()].map((proxy) => proxy.clear()));
      await Promise.all([cache, queue].map((redis) => redis && emptyStore(redis.url)));
      await world?.reset();
      await postgres.freshDatabase();
      if ((await hashFolder(join(codeDir, 'migrations'))) !== templateMigrations) {
        await migrateSubmission(parts, codeDir, adminUrl());
      }
    },
    bootReplicas: async (codeDir) => {
      await set.bootAll(codeDir);
      // A library of the learner's may have made tables of its own while it booted.
      await withAdmin(adminUrl(), installCommitGates);
    },
    replaceReplica: set.replace,
    stopReplicas: set.stopAll,
    killReplica: set.kill,
    startReplica: set.start,
    endReplica: set.end,
    pauseReplica: set.pause,
    resumeReplica: set.resume,
    onReplicaExit: set.onExit,
    [Symbol.asyncDispose]: async () => {
      try {
        await set.stopAll();
      } finally {
        await parts.dispose();
      }
    },
  };
}

function environmentOf(
  parts: TestbedParts,
  proxies: ReadonlyMap<string, StartedProxy>,
  name: ReplicaName,
): Record<string, string> {
  const { scenario, secrets, cache, queue } = parts;
  const dependency = (part: DependencyName): { host: string; port: number } => {
    const proxy = proxies.get(`${name}:${part}`);
    if (proxy === undefined) throw new RangeError(`There is no proxy for ${part} of ${name}.`);
    return proxy;
  };
  return replicaEnvironment(name, {
    scenario,
    secrets,
    addresses: { dependency, cachePassword: cache?.password ?? '', queuePassword: queue?.password ?? '' },
  });
}

async function openProxies(parts: TestbedParts, names: readonly ReplicaName[]): Promise<Map<string, StartedProxy>> {
  const { postgres, cache, queue, world } = parts;
  const proxies = new Map<string, StartedProxy>();
  for (const name of names) {
    const targets: (readonly [DependencyName, { readonly host: string; readonly port: number }])[] = [
      ['postgres', postgres],
      ...(cache === null ? [] : [['redis-cache', cache] as const]),
      ...(queue === null ? [] : [['redis-queue', queue] as const]),
      // A door of its own for each: the port names the caller.
      ...(world === null ? [] : [['payment', { host: world.host, port: world.portOf(name) }] as const]),
    ];
    for (const [dependency, { host, port }] of targets) {
      proxies.set(`${name}:${dependency}`, await parts.toxiproxy.proxy(`${name}-${dependency}`, { host, port }));
    }
  }
  return proxies;
}

function describeParts(parts: TestbedParts): Testbed['parts'] {
  const { postgres, cache, queue, world, toxiproxy } = parts;
  const api = new URL(toxiproxy.apiUrl);
  const control = world === null ? null : new URL(world.controlUrl);
  return [
    { part: 'postgres', pid: postgres.pid, host: postgres.host, port: postgres.port },
    ...(cache === null ? [] : [{ part: 'redis-cache', pid: cache.pid, host: cache.host, port: cache.port }]),
    ...(queue === null ? [] : [{ part: 'redis-queue', pid: queue.pid, host: queue.host, port: queue.port }]),
    ...(world === null || control === null
      ? []
      : [{ part: 'payment', pid: world.pid, host: control.hostname, port: Number(control.port) }]),
    { part: 'toxiproxy', pid: toxiproxy.pid, host: api.hostname, port: Number(api.port) },
  ];
}

async function migrateSubmission(parts: TestbedParts, codeDir: string, adminUrl: string): Promise<void> {
  await withAdmin(adminUrl, async (admin) => {
    await removeCommitGates(admin);
    await runServiceProgram(parts.context, {
      serviceDir: codeDir,
      program: ['bin/migrate.ts', 'up'],
      ownerUrl: withUser(adminUrl, ownerRole, parts.secrets.database),
      submitted: true,
    });
    await installCommitGates(admin);
  });
}

async function withAdmin(
  url: string,
  work: (admin: Awaited<ReturnType<typeof connectAdmin>>) => Promise<void>,
): Promise<void> {
  const admin = await connectAdmin(url);
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
