import { join } from 'node:path';
import type { RedisName, RuntimeContext, StartedProxy } from '@lab/runtime';
import type {
  ApiName,
  DependencyName,
  LabError,
  ProcessKind,
  ReplicaName,
  Scenario,
  StoppedProcess,
  UnexpectedExit,
  WorkerName,
} from '@lab/sdk';
import { bootMeanwhile } from './boots-meanwhile.ts';
import { installCommitGates, removeCommitGates } from './commit-gate.ts';
import { lossAmong } from './lost-part.ts';
import { membersOf, type RunningParts, type StackMember } from './members.ts';
import { createMigrationGround, type MigrationGround } from './migration-ground.ts';
import { type OutsideWorld, outsideWorld } from './outside-world.ts';
import { createReplicaSet } from './replica-set.ts';
import { databaseName, ownerRole, replicaEnvironment, type Secrets } from './service-environment.ts';
import type { Canary } from './stores.ts';
import { connectAdmin, hashFolder, runServiceProgram, withUser } from './template.ts';
import { type TestbedControls, testbedControls } from './testbed-controls.ts';

/** One running stack with its replicas: the ground that a grade or a practice session stands on. */
export interface Testbed extends AsyncDisposable, TestbedControls, OutsideWorld {
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
  /** For runs of the migrations of this code as an experiment. */
  readonly migrations: MigrationGround;
  /** Direct pings of each part, for the lab's own health. */
  readonly canaries: readonly Canary[];
  /** Superuser address of the shop database, past Toxiproxy. */
  adminUrl(): string;
  /** Empty while it does not run. */
  urlOf(replica: ApiName): string;
  proxyOf(replica: ReplicaName, dependency: DependencyName): StartedProxy | undefined;
  /**
   * Fresh database with the migrations of this code, unless the stack leaves them to the experiments; empty stores, links
   * without toxics. Replicas must be down.
   */
  resetData(codeDir: string): Promise<void>;
  /** Boots every replica from this code, side by side. Throws `SubmissionError` when one does not come up. */
  bootReplicas(codeDir: string): Promise<void>;
  /** Ends one replica and boots it again from this code. */
  replaceReplica(name: ReplicaName, codeDir: string): Promise<void>;
  stopReplicas(): Promise<void>;
  /** SIGKILL; nothing that it had begun takes effect later. */
  killReplica(name: ReplicaName): Promise<void>;
  /** Boots it again from the code that it had, with a clock that is ahead. False: it does not come up. */
  startReplica(name: ReplicaName, clockAheadMs?: number): Promise<boolean>;
  /** Begins to boot it; see `BootsMeanwhile`. */
  startReplicaMeanwhile(name: ReplicaName, onDone: (isUp: boolean) => void): void;
  /** Waits until it does not boot, and until one of its kind is there to take over, should any of them boot. */
  canBeSpared(name: ReplicaName): Promise<void>;
  /** Whether one of this kind runs; decided when one does, or when none boots any more. */
  someRuns(kind: ProcessKind): Promise<boolean>;
  /** Nothing boots any more. */
  bootsDone(): Promise<void>;
  /** SIGTERM, and SIGKILL after `graceMs`. */
  endReplica(name: ReplicaName, graceMs: number): Promise<StoppedProcess>;
  pauseReplica(name: ReplicaName): Promise<void>;
  resumeReplica(name: ReplicaName): Promise<void>;
  /** Calls back when a replica ends although nobody asked it to; returns the way to stop listening. */
  onReplicaExit(listener: (exit: UnexpectedExit) => void): () => void;
}

export interface TestbedSpec {
  readonly context: RuntimeContext;
  readonly scenario: Scenario;
  readonly serviceDir: string;
  readonly parts: RunningParts;
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

export async function createTestbed(spec: TestbedSpec): Promise<Testbed> {
  const { context, scenario, parts } = spec;
  const { postgres } = parts;
  const names = replicaNames(scenario);
  const members = membersOf(parts, context.signal);
  const proxies = await openProxies(parts, { members, names });
  const templateMigrations = await hashFolder(join(spec.serviceDir, 'migrations'));
  const adminUrl = (): string => postgres.adminUrl(databaseName);
  const migratesLater = scenario.stack.migrations === 'in-experiments';
  let code = spec.serviceDir;
  const set = createReplicaSet({
    context,
    names,
    environmentOf: (name) => environmentOf(spec, proxies, name),
    proxiesOf: (name) => [...proxies].filter(([key]) => key.startsWith(`${name}:`)).map(([, proxy]) => proxy),
    adminUrl,
    clockNowMs: spec.clockNowMs,
  });
  const boots = bootMeanwhile(set);

  return {
    ...testbedControls({ context, parts, members, names }),
    ...outsideWorld(parts, context.signal),
    run: context.run,
    runDir: context.runDir,
    context,
    get replicas() {
      return set.running().toSorted((a, b) => a.name.localeCompare(b.name));
    },
    get parts() {
      // Anew: a part that was restarted has another pid.
      return members.map(({ part, running, host, port }) => ({ part, pid: running.pid, host, port }));
    },
    loss: (cause) =>
      lossAmong(
        members.map(({ running }) => running),
        cause,
      ),
    migrations: createMigrationGround({
      context,
      postgres,
      password: spec.secrets.database,
      codeDir: () => code,
      prepareCopy: (url) => withAdmin(url, removeCommitGates),
    }),
    canaries: members.map(({ part, ping }) => ({ part, ping })),
    adminUrl,
    urlOf: set.urlOf,
    proxyOf: (replica, dependency) => proxies.get(`${replica}:${dependency}`),
    resetData: async (codeDir) => {
      await Promise.all([...proxies.values()].map((proxy) => proxy.clear()));
      await Promise.all(members.map((member) => member.reset()));
      if (migratesLater) await withAdmin(adminUrl(), removeCommitGates);
      else if ((await hashFolder(join(codeDir, 'migrations'))) !== templateMigrations) {
        await migrateSubmission(spec, codeDir, adminUrl());
      }
    },
    bootReplicas: async (codeDir) => {
      code = codeDir;
      await set.bootAll(codeDir);
      // A library of the learner's may have made tables of its own while it booted.
      if (!migratesLater) await withAdmin(adminUrl(), installCommitGates);
    },
    replaceReplica: set.replace,
    stopReplicas: boots.stopAll,
    killReplica: set.kill,
    startReplica: boots.start,
    startReplicaMeanwhile: boots.startMeanwhile,
    canBeSpared: boots.canBeSpared,
    someRuns: boots.someRuns,
    bootsDone: boots.bootsDone,
    endReplica: set.end,
    pauseReplica: set.pause,
    resumeReplica: set.resume,
    onReplicaExit: set.onExit,
    [Symbol.asyncDispose]: async () => {
      try {
        await boots.stopAll();
      } finally {
        await spec.dispose();
      }
    },
  };
}

function environmentOf(
  { scenario, secrets, parts }: TestbedSpec,
  proxies: ReadonlyMap<string, StartedProxy>,
  name: ReplicaName,
): Record<string, string> {
  const dependency = (part: DependencyName): { host: string; port: number } => {
    const proxy = proxies.get(`${name}:${part}`);
    if (proxy === undefined) throw new RangeError(`There is no proxy for ${part} of ${name}.`);
    return proxy;
  };
  const passwordOf = (store: RedisName): string => parts.stores[store]?.password ?? '';
  return replicaEnvironment(name, {
    scenario,
    secrets,
    addresses: { dependency, passwordOf, publicStore: parts.s3 },
  });
}

/** One for each process and each dependency: a fault can be put on one replica's way alone. */
async function openProxies(
  { toxiproxy }: RunningParts,
  { members, names }: { readonly members: readonly StackMember[]; readonly names: readonly ReplicaName[] },
): Promise<Map<string, StartedProxy>> {
  const proxies = new Map<string, StartedProxy>();
  for (const name of names) {
    for (const { part, upstreamOf } of members) {
      const upstream = upstreamOf(name);
      if (upstream !== null) proxies.set(`${name}:${part}`, await toxiproxy.proxy(`${name}-${part}`, upstream));
    }
  }
  return proxies;
}

async function migrateSubmission(spec: TestbedSpec, codeDir: string, adminUrl: string): Promise<void> {
  await withAdmin(adminUrl, async (admin) => {
    await removeCommitGates(admin);
    await runServiceProgram(spec.context, {
      serviceDir: codeDir,
      program: ['bin/migrate.ts', 'up'],
      ownerUrl: withUser(adminUrl, ownerRole, spec.secrets.database),
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
