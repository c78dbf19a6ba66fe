import { join } from 'node:path';
import {
  type RuntimeContext,
  type StartedPostgres,
  type StartedProxy,
  type StartedRedis,
  type StartedReplica,
  type StartedToxiproxy,
  startReplica,
} from '@lab/runtime';
import type { DependencyName, ReplicaName, Scenario, UnexpectedExit } from '@lab/sdk';
import { Redis } from 'ioredis';
import type { Client } from 'pg';
import { installCommitGates, removeCommitGates } from './commit-gate.ts';
import { databaseName, ownerRole, replicaEnvironment, type Secrets } from './service-environment.ts';
import { connectAdmin, hashFolder, runServiceProgram, withUser } from './template.ts';

/** One running stack with its replicas: the ground that a grade or a practice session stands on. */
export interface Testbed extends AsyncDisposable {
  readonly run: string;
  readonly runDir: string;
  readonly context: RuntimeContext;
  readonly replicas: readonly { readonly name: ReplicaName; readonly url: string; readonly pid: number }[];
  readonly parts: readonly {
    readonly part: string;
    readonly pid: number;
    readonly host: string;
    readonly port: number;
  }[];
  /** Direct pings of each part, for the lab's own health. */
  readonly canaries: readonly { readonly part: string; ping(): Promise<void> }[];
  /** Superuser address of the shop database, past Toxiproxy. */
  adminUrl(): string;
  cacheUrl(): string;
  urlOf(replica: ReplicaName): string;
  proxyOf(replica: ReplicaName, dependency: DependencyName): StartedProxy | undefined;
  /** Fresh database with the migrations of this code, empty stores, links without toxics. Replicas must be down. */
  resetData(codeDir: string): Promise<void>;
  /** Boots every replica from this code, side by side. Throws `SubmissionError` when one does not come up. */
  bootReplicas(codeDir: string): Promise<void>;
  /** Ends one replica and boots it again from this code. */
  replaceReplica(name: ReplicaName, codeDir: string): Promise<void>;
  stopReplicas(): Promise<void>;
  /** Calls back when a replica ends although nobody asked it to; returns the way to stop listening. */
  onReplicaExit(listener: (exit: UnexpectedExit) => void): () => void;
}

export interface TestbedParts {
  readonly context: RuntimeContext;
  readonly scenario: Scenario;
  readonly serviceDir: string;
  readonly postgres: StartedPostgres;
  readonly redis: StartedRedis | null;
  readonly toxiproxy: StartedToxiproxy;
  readonly secrets: Secrets;
  readonly clockNowMs: () => number;
  dispose(): Promise<void>;
}

const bootTimeoutMs = 15_000;
/** Time to end by itself. Node writes its compile cache only then, and the next boot is faster for it. */
const stopGraceMs = 500;
/** Whoever saved a file waits for this. */
const replaceGraceMs = 150;
const outputBytesMax = 256 * 1024 * 1024;

export function replicaNames(scenario: Scenario): readonly ReplicaName[] {
  return Array.from({ length: scenario.stack.replicas.api }, (_, index): ReplicaName => `api-${index + 1}`);
}

export async function createTestbed(parts: TestbedParts): Promise<Testbed> {
  const { context, scenario, postgres, redis } = parts;
  const names = replicaNames(scenario);
  const proxies = await openProxies(parts, names);
  const replicas = new Map<ReplicaName, StartedReplica>();
  // A replica that comes back has its old address: whoever calls it need not be told.
  const ports = new Map<ReplicaName, readonly [number, number]>();
  const listeners = new Set<(exit: UnexpectedExit) => void>();
  const templateMigrations = await hashFolder(join(parts.serviceDir, 'migrations'));
  const adminUrl = (): string => postgres.adminUrl(databaseName);

  const boot = async (name: ReplicaName, codeDir: string): Promise<void> => {
    const replica = await startReplica(context, {
      name,
      codeDir,
      entry: 'bin/api.ts',
      env: environmentOf(parts, proxies, name),
      readyUrlPath: '/readyz',
      bootTimeoutMs,
      outputLimitBytes: outputBytesMax,
      ...withPorts(ports.get(name)),
    });
    replicas.set(name, replica);
    ports.set(name, [replica.port, replica.internalPort]);
    void replica.exited.then((exit) => {
      if (exit.requested) return;
      replicas.delete(name);
      const { exitCode, signal } = exit;
      const fact = { part: name, atMs: parts.clockNowMs(), exitCode, signal, tail: replica.tail() };
      for (const listener of listeners) listener(fact);
    });
  };

  const stop = async (name: ReplicaName, graceMs: number): Promise<void> => {
    const replica = replicas.get(name);
    replicas.delete(name);
    await replica?.stop({ signal: 'SIGTERM', graceMs });
  };

  return {
    run: context.run,
    runDir: context.runDir,
    context,
    get replicas() {
      return [...replicas.values()]
        .map((replica) => ({ name: replica.name as ReplicaName, url: replica.url, pid: replica.pid }))
        .sort((a, b) => a.name.localeCompare(b.name));
    },
    parts: describeParts(parts),
    canaries: canariesOf(parts, adminUrl),
    adminUrl,
    cacheUrl: () => redis?.url ?? '',
    urlOf: (name) => replicas.get(name)?.url ?? '',
    proxyOf: (replica, dependency) => proxies.get(`${replica}:${dependency}`),
    resetData: async (codeDir) => {
      await Promise.all([...proxies.values()].map((proxy) => proxy.clear()));
      if (redis !== null) await emptyStore(redis.url);
      await postgres.freshDatabase();
      if ((await hashFolder(join(codeDir, 'migrations'))) !== templateMigrations) {
        await migrateSubmission(parts, codeDir, adminUrl());
      }
    },
    bootReplicas: async (codeDir) => {
      const booted = await Promise.allSettled(names.map((name) => boot(name, codeDir)));
      const failed = booted.find((result) => result.status === 'rejected');
      if (failed === undefined) return;
      await Promise.all(names.map((name) => stop(name, 0)));
      throw failed.reason;
    },
    replaceReplica: async (name, codeDir) => {
      await stop(name, replaceGraceMs);
      await boot(name, codeDir);
    },
    stopReplicas: async () => {
      await Promise.all(names.map((name) => stop(name, stopGraceMs)));
    },
    onReplicaExit: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    [Symbol.asyncDispose]: async () => {
      try {
        await Promise.all(names.map((name) => stop(name, stopGraceMs)));
      } finally {
        await parts.dispose();
      }
    },
  };
}

function withPorts(ports: readonly [number, number] | undefined): { firstPorts?: readonly [number, number] } {
  return ports === undefined ? {} : { firstPorts: ports };
}

function environmentOf(
  parts: TestbedParts,
  proxies: ReadonlyMap<string, StartedProxy>,
  name: ReplicaName,
): Record<string, string> {
  const { scenario, secrets, redis } = parts;
  const redisPassword = redis === null ? '' : decodeURIComponent(new URL(redis.url).password);
  const dependency = (part: DependencyName): { host: string; port: number } => {
    const proxy = proxies.get(`${name}:${part}`);
    if (proxy === undefined) throw new RangeError(`There is no proxy for ${part} of ${name}.`);
    return proxy;
  };
  return replicaEnvironment(name, { scenario, secrets, addresses: { redisPassword, dependency } });
}

async function openProxies(parts: TestbedParts, names: readonly ReplicaName[]): Promise<Map<string, StartedProxy>> {
  const proxies = new Map<string, StartedProxy>();
  const targets: (readonly [DependencyName, { readonly host: string; readonly port: number }])[] = [
    ['postgres', parts.postgres],
  ];
  if (parts.redis !== null) targets.push(['redis-cache', parts.redis]);
  for (const name of names) {
    for (const [dependency, upstream] of targets) {
      const address = { host: upstream.host, port: upstream.port };
      proxies.set(`${name}:${dependency}`, await parts.toxiproxy.proxy(`${name}-${dependency}`, address));
    }
  }
  return proxies;
}

function describeParts(parts: TestbedParts): Testbed['parts'] {
  const { postgres, redis, toxiproxy } = parts;
  const api = new URL(toxiproxy.apiUrl);
  return [
    { part: 'postgres', pid: postgres.pid, host: postgres.host, port: postgres.port },
    ...(redis === null ? [] : [{ part: 'redis-cache', pid: redis.pid, host: redis.host, port: redis.port }]),
    { part: 'toxiproxy', pid: toxiproxy.pid, host: api.hostname, port: Number(api.port) },
  ];
}

async function emptyStore(url: string): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, commandTimeout: 5_000, lazyConnect: true });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.flushall();
  } finally {
    redis.disconnect();
  }
}

async function migrateSubmission(parts: TestbedParts, codeDir: string, adminUrl: string): Promise<void> {
  const admin = await connectAdmin(adminUrl);
  try {
    await removeCommitGates(admin);
    await runServiceProgram(parts.context, {
      serviceDir: codeDir,
      program: ['bin/migrate.ts', 'up'],
      ownerUrl: withUser(adminUrl, ownerRole, parts.secrets.database),
      submitted: true,
    });
    await installCommitGates(admin);
  } finally {
    await admin.end();
  }
}

function canariesOf(parts: TestbedParts, adminUrl: () => string): Testbed['canaries'] {
  const limitMs = 5_000;
  const canaries = [
    {
      part: 'postgres',
      ping: async () => {
        const admin: Client = await connectAdmin(adminUrl());
        try {
          await admin.query('SELECT 1');
        } finally {
          await admin.end();
        }
      },
    },
    {
      part: 'toxiproxy',
      ping: async () => {
        const answer = await fetch(`${parts.toxiproxy.apiUrl}/version`, { signal: AbortSignal.timeout(limitMs) });
        if (!answer.ok) throw new Error(`Toxiproxy answered ${answer.status}.`);
        await answer.text();
      },
    },
  ];
  const { redis } = parts;
  if (redis === null) return canaries;
  const ping = async (): Promise<void> => {
    const client = new Redis(redis.url, { maxRetriesPerRequest: 1, commandTimeout: limitMs, lazyConnect: true });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.ping();
    } finally {
      client.disconnect();
    }
  };
  return [...canaries, { part: 'redis-cache', ping }];
}
