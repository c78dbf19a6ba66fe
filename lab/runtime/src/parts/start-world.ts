import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import type { RuntimeContext } from '../context.ts';
import { type Supervised, spawnPart } from '../supervision/spawn-part.ts';
import { startOnFreePort } from './start-on-free-port.ts';
import { baseEnvironment, logFileOf, type StartedPart, temporaryFolderOf } from './started-part.ts';

const PART = 'payment';
const HOST = '127.0.0.1';
const READY_WITHIN_MS = 10_000;

export interface WorldSpec {
  /** Path of the outside world's program. A path, since the runtime knows nothing of what it runs. */
  readonly main: string;
  /** Who calls it. Each caller has a port of its own, which is how it is told from the others. */
  readonly callers: readonly string[];
  /** What its random behaviours are made from. */
  readonly seed: number;
  /** Ports to try first: of the control, then of the callers in their order; for tests. */
  readonly firstPorts?: readonly number[];
}

/** The payment provider of the outside world. */
export interface StartedWorld extends StartedPart {
  readonly host: string;
  readonly controlUrl: string;
  /** Opens the control; made anew for each start. */
  readonly token: string;
  /** Port that belongs to a caller. Throws a RangeError for one that was not named at the start. */
  portOf(caller: string): number;
}

const port = z.int().min(1).max(65_535);
/** The line of standard output that says that it listens. */
const readyLine = z.object({ control: port, callers: z.record(z.string(), port) });

/** Starts the outside world. Resolves when it listens on the ports of all its callers and of its control. */
export async function startWorld(ctx: RuntimeContext, spec: WorldSpec): Promise<StartedWorld> {
  const token = randomBytes(24).toString('base64url');
  const folder = temporaryFolderOf(ctx, PART);
  await mkdir(folder, { recursive: true });
  const { child } = await startOnFreePort(ctx, {
    part: PART,
    ports: spec.callers.length + 1,
    readyWithinMs: READY_WITHIN_MS,
    ...(spec.firstPorts === undefined ? {} : { firstPorts: spec.firstPorts }),
    spawn: (ports) =>
      spawnPart(ctx, {
        part: PART,
        command: process.execPath,
        args: [spec.main],
        env: {
          ...baseEnvironment(folder),
          NODE_COMPILE_CACHE: path.join(ctx.cacheDir, 'node-compile-cache'),
          WORLD_CALLERS: spec.callers.join(','),
          // In the environment: arguments can be read by every user of the machine.
          WORLD_CONTROL_TOKEN: token,
          WORLD_SEED: String(spec.seed),
          // The control's first. Given, not 0: that would be ports from which outgoing connections are taken.
          WORLD_PORTS: ports.join(','),
        },
        cwd: folder,
        logFile: logFileOf(ctx, PART),
      }),
    isReady: (_, running) => portsOf(running) !== null,
    isPortTaken: (lines) => lines.some((line) => line.includes('EADDRINUSE')),
  });
  const ports = portsOf(child);
  return {
    ...child,
    host: HOST,
    controlUrl: `http://${HOST}:${ports?.control}`,
    token,
    portOf(caller) {
      const found = ports?.callers[caller];
      if (found === undefined) throw new RangeError(`The outside world has no caller ${caller}.`);
      return found;
    },
    async [Symbol.asyncDispose]() {
      await child.stop();
    },
  };
}

function portsOf(child: Supervised): z.infer<typeof readyLine> | null {
  for (const line of child.tail()) {
    const parsed = line.startsWith('{') ? readyLine.safeParse(parseJson(line)) : null;
    if (parsed?.success) return parsed.data;
  }
  return null;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
