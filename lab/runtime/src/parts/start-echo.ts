import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { RuntimeContext } from '../context.ts';
import { spawnPart } from '../supervision/spawn-part.ts';
import { startOnFreePort } from './start-on-free-port.ts';
import { baseEnvironment, logFileOf, type StartedPart, temporaryFolderOf } from './started-part.ts';

const READY_WITHIN_MS = 10_000;

export interface StartedEcho extends StartedPart {
  readonly port: number;
  /** GET answers 204. */
  readonly url: string;
}

/** Starts the echo target: a process of the lab that answers `GET /echo` with 204. */
export async function startEcho(
  ctx: RuntimeContext,
  options: { readonly firstPort?: number } = {},
): Promise<StartedEcho> {
  const main = fileURLToPath(new URL('./echo-main.ts', import.meta.url));
  const folder = temporaryFolderOf(ctx, 'echo');
  await mkdir(folder, { recursive: true });
  const urlOf = (ports: readonly number[]) => `http://127.0.0.1:${ports[0]}/echo`;
  const { child, ports } = await startOnFreePort(ctx, {
    part: 'echo',
    ports: 1,
    readyWithinMs: READY_WITHIN_MS,
    ...(options.firstPort === undefined ? {} : { firstPorts: [options.firstPort] }),
    spawn: ([port]) =>
      spawnPart(ctx, {
        part: 'echo',
        command: process.execPath,
        args: [main, String(port)],
        env: { ...baseEnvironment(folder), NODE_COMPILE_CACHE: path.join(ctx.cacheDir, 'node-compile-cache') },
        cwd: folder,
        logFile: logFileOf(ctx, 'echo'),
      }),
    isReady: ([port], running) => running.tail().includes(`listening on ${port}`),
    isPortTaken: (lines) => lines.some((line) => line.includes('EADDRINUSE')),
  });
  return {
    ...child,
    port: ports[0] ?? 0,
    url: urlOf(ports),
    async [Symbol.asyncDispose]() {
      await child.stop();
    },
  };
}
