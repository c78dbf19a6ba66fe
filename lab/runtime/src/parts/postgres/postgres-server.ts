import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { RuntimeContext } from '../../context.ts';
import { commandAs, type RunAs } from '../../supervision/run-as.ts';
import { type ExitInfo, type Supervised, spawnPart } from '../../supervision/spawn-part.ts';
import { startOnFreePort } from '../start-on-free-port.ts';
import { baseEnvironment, describeExit, logFileOf, startFailure } from '../started-part.ts';

const READY_WITHIN_MS = 30_000;
const READY_LINE = 'database system is ready to accept connections';
const FAST_STOP_MS = 5000;
const IMMEDIATE_STOP_MS = 1000;

/** Where the programs are, who runs them and how. */
export interface PostgresHome {
  readonly binDir: string;
  readonly runAs: RunAs | null;
}

/** A PostgreSQL that accepts connections. */
export interface PostgresServer {
  readonly child: Supervised;
  readonly port: number;
  /** Fast stop, then immediate stop, then kill. */
  stop(): Promise<ExitInfo>;
}

/** Starts PostgreSQL on a data folder. */
export async function startServer(
  ctx: RuntimeContext,
  options: {
    readonly part: string;
    readonly home: PostgresHome;
    readonly dataDir: string;
    readonly firstPort?: number;
  },
): Promise<PostgresServer> {
  const { part, home, dataDir } = options;
  const executable = path.join(home.binDir, 'postgres');
  const { child, ports } = await startOnFreePort(ctx, {
    part,
    ports: 1,
    readyWithinMs: READY_WITHIN_MS,
    ...(options.firstPort === undefined ? {} : { firstPorts: [options.firstPort] }),
    spawn: ([port]) =>
      spawnPart(ctx, {
        part,
        ...commandAs(home.runAs, executable, ['-D', dataDir, '-p', String(port)]),
        env: baseEnvironment(dataDir),
        cwd: dataDir,
        logFile: logFileOf(ctx, part),
        gentleSignal: 'SIGQUIT',
        // Its processes each start a session of their own and overwrite their environment with their title.
        members: { cwd: realpathSync(dataDir), executable: realpathSync(executable) },
      }),
    isReady: (_, running) => running.tail().some((line) => line.includes(READY_LINE)),
    isPortTaken: (lines) => lines.some((line) => line.includes('Address already in use')),
  });
  return { child, port: ports[0] ?? 0, stop: () => stopServer(child) };
}

/** Runs one of PostgreSQL's programs to its end; throws with its last lines when it fails. */
export async function runProgram(
  ctx: RuntimeContext,
  options: {
    readonly part: string;
    readonly home: PostgresHome;
    readonly program: string;
    readonly args: readonly string[];
    readonly cwd: string;
    readonly limitMs: number;
  },
): Promise<void> {
  const { part, home, cwd } = options;
  const command = commandAs(home.runAs, path.join(home.binDir, options.program), options.args);
  const env = baseEnvironment(cwd);
  const child = await spawnPart(ctx, { part, ...command, env, cwd, logFile: logFileOf(ctx, part) });
  await runToEnd(ctx, child, options.limitMs);
}

/** Waits for a program that ends by itself; kills it at the limit or when the run is aborted. */
export async function runToEnd(ctx: RuntimeContext, child: Supervised, limitMs: number): Promise<void> {
  // What cannot be killed is said when the run is disposed.
  const kill = (): void => void child.kill().catch(() => {});
  const timer = setTimeout(kill, limitMs);
  ctx.signal.addEventListener('abort', kill, { once: true });
  if (ctx.signal.aborted) kill();
  const exit = await child.exited;
  clearTimeout(timer);
  ctx.signal.removeEventListener('abort', kill);
  ctx.signal.throwIfAborted();
  if (exit.exitCode !== 0) throw startFailure(child.part, describeExit(exit), child);
}

async function stopServer(child: Supervised): Promise<ExitInfo> {
  const stopNow = (): void => {
    // Its outcome is that of the stop below, which waits for the same exit.
    child.stop({ signal: 'SIGQUIT', graceMs: IMMEDIATE_STOP_MS }).catch(() => {});
  };
  const immediate = setTimeout(stopNow, FAST_STOP_MS);
  try {
    return await child.stop({ signal: 'SIGINT', graceMs: FAST_STOP_MS + IMMEDIATE_STOP_MS });
  } finally {
    clearTimeout(immediate);
  }
}
