import { readFileSync, realpathSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { LabError, SubmissionError } from '@lab/sdk';
import type { RuntimeContext } from '../context.ts';
import { httpStatus } from '../readiness/http-status.ts';
import { waitUntil } from '../readiness/wait-until.ts';
import { freePorts } from '../supervision/free-ports.ts';
import { type ExitInfo, type Supervised, spawnPart } from '../supervision/spawn-part.ts';
import { type BootError, parseBootError } from './boot-error.ts';
import { baseEnvironment, describeExit, logFileOf, type StartedPart, temporaryFolderOf } from './started-part.ts';

const HOST = '127.0.0.1';
const ATTEMPTS_MAX = 5;
const POLL_MS = 20;
const PROBE_LIMIT_MS = 1000;
const TAIL_SHOWN = 15;

export interface ReplicaSpec {
  /** `api-1`. */
  readonly name: string;
  /** Folder of the code that is run. */
  readonly codeDir: string;
  /** Program inside it: `bin/api.ts`. */
  readonly entry: string;
  /** Environment of the service, but for its ports. */
  readonly env: Readonly<Record<string, string>>;
  /** Asked on the internal port until it answers 200. */
  readonly readyUrlPath: string;
  readonly bootTimeoutMs: number;
  /** More output than this before it is ready is taken as a fault of the code. */
  readonly outputLimitBytes: number;
  /** Ports to try first, public and internal; for tests. */
  readonly firstPorts?: readonly [number, number];
}

export interface StartedReplica extends StartedPart {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly internalPort: number;
  readonly url: string;
  readonly internalUrl: string;
  /** Asks it to end, and kills its group when it has not within `graceMs`. */
  stop(options?: { readonly signal?: NodeJS.Signals; readonly graceMs?: number }): Promise<ExitInfo>;
}

/**
 * Starts one process of the service and waits until it is ready. Throws a `SubmissionError` of stage
 * `boot` when the code cannot be run: E_BOOT_EXITED, E_BOOT_TIMEOUT, E_BOOT_OUTPUT; the process is then gone.
 */
export async function startReplica(ctx: RuntimeContext, spec: ReplicaSpec): Promise<StartedReplica> {
  const home = temporaryFolderOf(ctx, spec.name);
  await mkdir(home, { recursive: true });
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const [port = 0, internalPort = 0] = attempt === 0 && spec.firstPorts ? spec.firstPorts : await freePorts(2);
    const child = await spawnReplica(ctx, { spec, home, port, internalPort });
    try {
      await becomeReady(ctx, { spec, child, internalPort });
      return describe(spec, { child, port, internalPort });
    } catch (error) {
      await child.kill();
      // Only our own choice of port is our fault; a port that the code itself fixed is not.
      if (!isOurPortTaken(child.tail(), [port, internalPort])) throw error;
      ctx.log.warn({ part: spec.name, port, internalPort }, 'port taken meanwhile, trying another');
    }
  }
  throw new LabError('E_PORT_TAKEN', {
    message: `${spec.name} found its port taken ${ATTEMPTS_MAX} times.`,
    hint: 'npx lab doctor',
  });
}

function spawnReplica(
  ctx: RuntimeContext,
  options: { readonly spec: ReplicaSpec; readonly home: string; readonly port: number; readonly internalPort: number },
): Promise<Supervised> {
  const { spec, home, port, internalPort } = options;
  return spawnPart(ctx, {
    part: spec.name,
    command: process.execPath,
    args: [spec.entry],
    cwd: spec.codeDir,
    env: {
      ...baseEnvironment(home),
      NODE_ENV: 'production',
      NODE_COMPILE_CACHE: path.join(ctx.cacheDir, 'node-compile-cache'),
      ...spec.env,
      PORT: String(port),
      INTERNAL_PORT: String(internalPort),
    },
    logFile: logFileOf(ctx, spec.name),
  });
}

async function becomeReady(
  ctx: RuntimeContext,
  { spec, child, internalPort }: { spec: ReplicaSpec; child: Supervised; internalPort: number },
): Promise<void> {
  const url = `http://${HOST}:${internalPort}${spec.readyUrlPath}`;
  let exit: ExitInfo | undefined;
  const early = new AbortController();
  void child.exited.then((info) => {
    exit = info;
    early.abort();
  });
  const isReady = async (): Promise<boolean> => {
    if (child.outputBytes() > spec.outputLimitBytes) throw printedTooMuch(spec, child);
    return (await httpStatus(url, { timeoutMs: PROBE_LIMIT_MS })) === 200;
  };
  const signal = AbortSignal.any([ctx.signal, early.signal]);
  const wait = { what: spec.name, withinMs: spec.bootTimeoutMs, everyMs: POLL_MS, signal };
  try {
    await waitUntil(isReady, wait);
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (error instanceof SubmissionError) throw error;
    throw exit ? hasExited(spec, child, exit) : wasNotReady(spec, child);
  }
}

function describe(
  spec: ReplicaSpec,
  { child, port, internalPort }: { child: Supervised; port: number; internalPort: number },
): StartedReplica {
  return {
    ...child,
    name: spec.name,
    host: HOST,
    port,
    internalPort,
    url: `http://${HOST}:${port}`,
    internalUrl: `http://${HOST}:${internalPort}`,
    async [Symbol.asyncDispose]() {
      await child.stop();
    },
  };
}

function hasExited(spec: ReplicaSpec, child: Supervised, exit: ExitInfo): SubmissionError {
  const printed = child.tail();
  const found = parseBootError(printed, [spec.codeDir, realpathSync(spec.codeDir)]);
  const location = found && locate(spec.codeDir, found);
  const cause = found ? `: ${found.message}` : '';
  return new SubmissionError('E_BOOT_EXITED', {
    stage: 'boot',
    message: `${spec.name} ${describeExit(exit)} before it was ready${cause}.${lastLines(printed)}`.replace(
      /\.\.(?=\n|$)/,
      '.',
    ),
    ...(location ? { location, hint: `look at ${location.file}:${location.line}` } : { hint: seeLog(spec) }),
  });
}

function wasNotReady(spec: ReplicaSpec, child: Supervised): SubmissionError {
  const limit = `${spec.bootTimeoutMs} ms`;
  return new SubmissionError('E_BOOT_TIMEOUT', {
    stage: 'boot',
    message: `${spec.name} did not answer 200 on ${spec.readyUrlPath} of its internal port within ${limit}.${lastLines(child.tail())}`,
    hint: seeLog(spec),
  });
}

function printedTooMuch(spec: ReplicaSpec, child: Supervised): SubmissionError {
  const measured = `${child.outputBytes()} bytes, more than ${spec.outputLimitBytes},`;
  return new SubmissionError('E_BOOT_OUTPUT', {
    stage: 'boot',
    message: `${spec.name} printed ${measured} before it was ready.${lastLines(child.tail())}`,
    hint: seeLog(spec),
  });
}

function seeLog(spec: ReplicaSpec): string {
  return `npx lab logs ${spec.name} shows what it printed`;
}

function lastLines(printed: readonly string[]): string {
  const lines = printed.slice(-TAIL_SHOWN).map((line) => line.slice(0, 300));
  return lines.length === 0 ? ' It printed nothing.' : `\n  ${lines.join('\n  ')}`;
}

/** Node names the file of an import that it cannot resolve, not the line: look for it. */
function locate(codeDir: string, { location }: BootError): { file: string; line: number } | null {
  if (!location) return null;
  if (location.line !== null) return { file: location.file, line: location.line };
  const { mentions } = location;
  try {
    const lines = readFileSync(path.join(codeDir, location.file), 'utf8').split('\n');
    const index = lines.findIndex((line) => mentions !== null && line.includes(mentions));
    return { file: location.file, line: Math.max(0, index) + 1 };
  } catch {
    return { file: location.file, line: 1 };
  }
}

function isOurPortTaken(printed: readonly string[], ports: readonly number[]): boolean {
  return printed.some((line) => line.includes('EADDRINUSE') && ports.some((port) => line.includes(String(port))));
}
