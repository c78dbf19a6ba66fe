import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import type { RuntimeContext } from '../context.ts';
import { type Supervised, spawnPart } from '../supervision/spawn-part.ts';
import { startOnFreePort } from './start-on-free-port.ts';
import { baseEnvironment, logFileOf, type StartedPart, temporaryFolderOf } from './started-part.ts';

const HOST = '127.0.0.1';
const READY_WITHIN_MS = 10_000;

/** A service outside ShelfWise. Each runs in a process of its own, so that one can be paused or lost without the others. */
export type WorldPart = 'payment' | 'scanner' | 'receiver';

export interface WorldSpec {
  readonly part: WorldPart;
  /** Path of the outside world's program. A path, since the runtime knows nothing of what it runs. */
  readonly main: string;
  /** Who calls it. Each caller has a port of its own, which is how it is told from the others. */
  readonly callers: readonly string[];
  /** What its random behaviours are made from. */
  readonly seed: number;
  /** Ports to try first: of the control, then of the callers in their order; for tests. */
  readonly firstPorts?: readonly number[];
}

/** One service of the outside world. */
export interface StartedWorld extends StartedPart {
  readonly host: string;
  readonly controlUrl: string;
  /** Opens the control; made anew for each start. */
  readonly token: string;
  /** Port that belongs to a caller. Throws a RangeError for one that was not named at the start. */
  portOf(caller: string): number;
}

const port = z.int().min(1).max(65_535);
const portsByCaller = z.record(z.string(), port);
/** The line of standard output that says that it listens. `callers`: those of the payment provider. */
const readyLine = z.object({
  control: port,
  callers: portsByCaller,
  scanner: portsByCaller.optional(),
  receiver: portsByCaller.optional(),
});

/** Starts a service of the outside world. Resolves when it listens on the ports of all its callers and of its control. */
export async function startWorld(ctx: RuntimeContext, spec: WorldSpec): Promise<StartedWorld> {
  const token = randomBytes(24).toString('base64url');
  const { part } = spec;
  const folder = temporaryFolderOf(ctx, part);
  await mkdir(folder, { recursive: true });
  const { child } = await startOnFreePort(ctx, {
    part,
    // The program always has the provider, so the others have a second port for each caller.
    ports: spec.callers.length * (part === 'payment' ? 1 : 2) + 1,
    readyWithinMs: READY_WITHIN_MS,
    ...(spec.firstPorts === undefined ? {} : { firstPorts: spec.firstPorts }),
    spawn: (ports) =>
      spawnPart(ctx, {
        part,
        command: process.execPath,
        args: [spec.main],
        env: {
          ...baseEnvironment(folder),
          NODE_COMPILE_CACHE: path.join(ctx.cacheDir, 'node-compile-cache'),
          WORLD_CALLERS: spec.callers.join(','),
          // In the environment: arguments can be read by every user of the machine.
          WORLD_CONTROL_TOKEN: token,
          WORLD_SEED: String(spec.seed),
          WORLD_SCANNER: part === 'scanner' ? 'on' : 'off',
          WORLD_RECEIVER: part === 'receiver' ? 'on' : 'off',
          // The control's first. Given, not 0: that would be ports from which outgoing connections are taken.
          WORLD_PORTS: ports.join(','),
        },
        cwd: folder,
        logFile: logFileOf(ctx, part),
      }),
    isReady: (_, running) => portsOf(running) !== null,
    isPortTaken: (lines) => lines.some((line) => line.includes('EADDRINUSE')),
  });
  const ports = portsOf(child);
  const doors = part === 'payment' ? ports?.callers : ports?.[part];
  return {
    ...child,
    host: HOST,
    controlUrl: `http://${HOST}:${ports?.control}`,
    token,
    portOf(caller) {
      const found = doors?.[caller];
      if (found === undefined) throw new RangeError(`${part} has no caller ${caller}.`);
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
