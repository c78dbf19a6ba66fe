import {
  type RuntimeContext,
  type StartedProxy,
  type StartedReplica,
  shiftedClock,
  startReplica,
  startWorkerReplica,
  type WorkerReplica,
} from '@lab/runtime';
import {
  type ApiName,
  LabError,
  type ReplicaName,
  type StoppedProcess,
  SubmissionError,
  type UnexpectedExit,
} from '@lab/sdk';
import { roleOf } from './roles.ts';
import { connectAdmin } from './template.ts';

interface ReplicaSetOptions {
  readonly context: RuntimeContext;
  readonly names: readonly ReplicaName[];
  environmentOf(name: ReplicaName): Readonly<Record<string, string>>;
  proxiesOf(name: ReplicaName): readonly StartedProxy[];
  adminUrl(): string;
  clockNowMs(): number;
}

/** The processes of ShelfWise in one testbed. */
export interface ReplicaSet {
  /** A worker has no address. */
  running(): readonly {
    readonly name: ReplicaName;
    readonly url: string | null;
    readonly internalUrl: string;
    readonly pid: number;
  }[];
  /** Address of one that answers requests; empty while it does not run. */
  urlOf(name: ApiName): string;
  /** Boots all from this code, side by side. @throws SubmissionError when one does not come up; then none is left. */
  bootAll(codeDir: string): Promise<void>;
  /** Ends one and boots it again from this code. */
  replace(name: ReplicaName, codeDir: string): Promise<void>;
  stopAll(): Promise<void>;
  /** As by a machine that is gone; see `ProcessHandle.kill`. */
  kill(name: ReplicaName): Promise<void>;
  /** Boots one again from the code that it had, with a clock that is ahead. False: it does not come up. */
  start(name: ReplicaName, clockAheadMs?: number): Promise<boolean>;
  end(name: ReplicaName, graceMs: number): Promise<StoppedProcess>;
  pause(name: ReplicaName): Promise<void>;
  resume(name: ReplicaName): Promise<void>;
  onExit(listener: (exit: UnexpectedExit) => void): () => void;
}

const bootTimeoutMs = 15_000;
/** Time to end by itself. Node writes its compile cache only then, and the next boot is faster for it. */
const stopGraceMs = 500;
/** Whoever saved a file waits for this. */
const replaceGraceMs = 150;
const outputBytesMax = 256 * 1024 * 1024;
const sessionsGoneMs = 2_000;

type Running = StartedReplica | WorkerReplica;

export function createReplicaSet(options: ReplicaSetOptions): ReplicaSet {
  const { names } = options;
  const processes = createProcesses(options);
  const { boot, take, running } = processes;
  const stop = async (name: ReplicaName, graceMs: number): Promise<void> => {
    await take(name)?.stop({ signal: 'SIGTERM', graceMs });
  };
  return {
    running: processes.list,
    urlOf: (name) => addressOf(running(name)) ?? '',
    bootAll: async (codeDir) => {
      const booted = await Promise.allSettled(names.map((name) => boot(name, codeDir)));
      const failed = booted.find((result) => result.status === 'rejected');
      if (failed === undefined) return;
      await Promise.all(names.map((name) => stop(name, 0)));
      throw failed.reason;
    },
    replace: async (name, codeDir) => {
      await stop(name, replaceGraceMs);
      await boot(name, codeDir);
    },
    stopAll: async () => {
      await Promise.all(names.map((name) => stop(name, stopGraceMs)));
    },
    kill: async (name) => {
      const replica = take(name);
      if (replica !== undefined) await killAtOnce(options, { name, replica });
    },
    start: processes.startAgain,
    end: async (name, graceMs) => {
      const replica = take(name);
      const fromMs = options.clockNowMs();
      const exit = await replica?.stop({ signal: 'SIGTERM', graceMs });
      const tookMs = options.clockNowMs() - fromMs;
      return { exitCode: exit?.exitCode ?? null, tookMs, killed: exit?.signal === 'SIGKILL' };
    },
    pause: async (name) => {
      const replica = running(name);
      if (replica === undefined) throw new LabError('E_NOT_RUNNING', { message: `${name} is not running.` });
      await freeze(replica);
    },
    resume: async (name) => {
      await running(name)?.resume();
    },
    onExit: processes.onExit,
  };
}

/** Which processes run, on which ports, from which code. */
function createProcesses(options: ReplicaSetOptions) {
  const replicas = new Map<ReplicaName, Running>();
  // One that comes back has its old address: whoever calls it need not be told.
  const ports = new Map<ReplicaName, readonly number[]>();
  const code = new Map<ReplicaName, string>();
  const listeners = new Set<(exit: UnexpectedExit) => void>();

  const boot = async (name: ReplicaName, codeDir: string, clockAheadMs = 0): Promise<void> => {
    code.set(name, codeDir);
    const replica = await startProcess(options, { name, codeDir, ports: ports.get(name), clockAheadMs });
    replicas.set(name, replica);
    ports.set(name, 'port' in replica ? [replica.internalPort, replica.port] : [replica.internalPort]);
    void replica.exited.then((exit) => {
      if (exit.requested || replicas.get(name) !== replica) return;
      replicas.delete(name);
      const { exitCode, signal } = exit;
      const fact = { part: name, atMs: options.clockNowMs(), exitCode, signal, tail: replica.tail() };
      for (const listener of listeners) listener(fact);
    });
  };
  return {
    boot,
    running: (name: ReplicaName): Running | undefined => replicas.get(name),
    list: () =>
      [...replicas].map(([name, replica]) => {
        const { internalUrl, pid } = replica;
        return { name, url: addressOf(replica), internalUrl, pid };
      }),
    /** From now on its end is somebody's wish. */
    take: (name: ReplicaName): Running | undefined => {
      const replica = replicas.get(name);
      replicas.delete(name);
      return replica;
    },
    startAgain: async (name: ReplicaName, clockAheadMs = 0): Promise<boolean> => {
      const codeDir = code.get(name);
      if (codeDir === undefined) throw new LabError('E_NEVER_STARTED', { message: `${name} was never started.` });
      if (replicas.has(name)) return true;
      try {
        await boot(name, codeDir, clockAheadMs);
        return true;
      } catch (error) {
        // Code that boots on a clean start alone: the checks see that it is down.
        if (error instanceof SubmissionError) return false;
        throw error;
      }
    },
    onExit: (listener: (exit: UnexpectedExit) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function addressOf(replica: Running | undefined): string | null {
  return replica !== undefined && 'url' in replica ? replica.url : null;
}

/** One that ended by itself in this very moment is as still as can be; its end is reported as such. */
async function freeze(replica: Running): Promise<void> {
  try {
    await replica.pause();
  } catch (error) {
    if (!(error instanceof LabError && error.code === 'E_PART_ENDED')) throw error;
  }
}

async function killAtOnce(
  options: ReplicaSetOptions,
  { name, replica }: { readonly name: ReplicaName; readonly replica: Running },
): Promise<void> {
  // Frozen first: it must not see its links break, and act on that, in the moment before it dies.
  await freeze(replica);
  const proxies = options.proxiesOf(name);
  await Promise.all(proxies.map((proxy) => proxy.cut()));
  await replica.kill();
  await endSessions(options.adminUrl(), name);
  await Promise.all(proxies.map((proxy) => proxy.renew()));
}

interface ProcessSpec {
  readonly name: ReplicaName;
  readonly codeDir: string;
  /** Internal first; those that it had. */
  readonly ports: readonly number[] | undefined;
  /** 0: the machine's time. */
  readonly clockAheadMs: number;
}

function startProcess(
  { context, environmentOf }: ReplicaSetOptions,
  { name, codeDir, ports, clockAheadMs }: ProcessSpec,
): Promise<StartedReplica | WorkerReplica> {
  const [internalPort, port] = ports ?? [];
  const common = {
    name,
    codeDir,
    env: { ...environmentOf(name), ...shiftedClock(clockAheadMs) },
    readyUrlPath: '/readyz',
    bootTimeoutMs,
    outputLimitBytes: outputBytesMax,
  };
  if (name.startsWith('worker-')) {
    const first = internalPort === undefined ? {} : { firstPort: internalPort };
    return startWorkerReplica(context, { ...common, entry: 'bin/worker.ts', ...first });
  }
  const first: { firstPorts?: readonly [number, number] } =
    internalPort === undefined || port === undefined ? {} : { firstPorts: [port, internalPort] };
  return startReplica(context, { ...common, entry: 'bin/api.ts', ...first });
}

/**
 * A session whose client is dead may wait in a statement and execute it later: PostgreSQL looks at the connection
 * only when it answers. So the sessions are ended before anything that they wait for is released.
 */
async function endSessions(adminUrl: string, name: ReplicaName): Promise<void> {
  const admin = await connectAdmin(adminUrl);
  try {
    await admin.query('SELECT pg_terminate_backend(pid, $2) FROM pg_stat_activity WHERE usename = $1', [
      roleOf(name),
      sessionsGoneMs,
    ]);
  } finally {
    await admin.end();
  }
}
