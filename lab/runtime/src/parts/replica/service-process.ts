import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { LabError, SubmissionError } from '@lab/sdk';
import type { RuntimeContext } from '../../context.ts';
import { httpStatus } from '../../readiness/http-status.ts';
import { waitUntil } from '../../readiness/wait-until.ts';
import { freePorts } from '../../supervision/free-ports.ts';
import { type ExitInfo, type Supervised, spawnPart } from '../../supervision/spawn-part.ts';
import { baseEnvironment, logFileOf, temporaryFolderOf } from '../started-part.ts';
import { hasExited, printedTooMuch, wasNotReady } from './boot-failure.ts';

/** Every process of the service listens here. */
export const SERVICE_HOST = '127.0.0.1';
const ATTEMPTS_MAX = 5;
const POLL_MS = 20;
const PROBE_LIMIT_MS = 1000;

/** A process of the service, whatever its program. */
export interface ServiceProcessSpec {
  /** `api-1`, `worker-1`. */
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
}

/** Variables that tell a process its ports. What the lab asks of a process it asks on the internal one. */
export type PortVariables = readonly ['INTERNAL_PORT', ...'PORT'[]];

interface ProcessPorts {
  readonly variables: PortVariables;
  /** Ports to try first, in the order of the variables. */
  readonly first?: readonly number[];
}

/**
 * Starts one process of the service on free ports and waits until it is ready. Throws a `SubmissionError` of
 * stage `boot` when the code cannot be run; the process is then gone. The ports are in the order of `variables`.
 */
export async function startServiceProcess(
  ctx: RuntimeContext,
  spec: ServiceProcessSpec,
  { variables, first }: ProcessPorts,
): Promise<{ child: Supervised; ports: readonly number[] }> {
  const home = temporaryFolderOf(ctx, spec.name);
  await mkdir(home, { recursive: true });
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const ports = attempt === 0 && first ? first : await freePorts(variables.length);
    const told = Object.fromEntries(variables.map((name, index) => [name, String(ports[index])]));
    const child = await spawnProcess(ctx, { spec, home, told });
    try {
      await becomeReady(ctx, { spec, child, internalPort: ports[0] ?? 0 });
      return { child, ports };
    } catch (error) {
      await child.kill();
      // Only our own choice of port is our fault; a port that the code itself fixed is not.
      if (!isOurPortTaken(child.tail(), ports)) throw error;
      ctx.log.warn({ part: spec.name, ports }, 'port taken meanwhile, trying another');
    }
  }
  throw new LabError('E_PORT_TAKEN', {
    message: `${spec.name} found its port taken ${ATTEMPTS_MAX} times.`,
    hint: 'npx lab doctor',
  });
}

function spawnProcess(
  ctx: RuntimeContext,
  options: {
    readonly spec: ServiceProcessSpec;
    readonly home: string;
    readonly told: Readonly<Record<string, string>>;
  },
): Promise<Supervised> {
  const { spec, home, told } = options;
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
      ...told,
    },
    logFile: logFileOf(ctx, spec.name),
  });
}

async function becomeReady(
  ctx: RuntimeContext,
  { spec, child, internalPort }: { spec: ServiceProcessSpec; child: Supervised; internalPort: number },
): Promise<void> {
  const url = `http://${SERVICE_HOST}:${internalPort}${spec.readyUrlPath}`;
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

function isOurPortTaken(printed: readonly string[], ports: readonly number[]): boolean {
  return printed.some((line) => line.includes('EADDRINUSE') && ports.some((port) => line.includes(String(port))));
}
