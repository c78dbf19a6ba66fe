import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Toxiproxy } from 'toxiproxy-node-client';
import type { RuntimeContext } from '../context.ts';
import { withLimit } from '../readiness/wait-until.ts';
import { spawnPart } from '../supervision/spawn-part.ts';
import { startOnFreePort } from './start-on-free-port.ts';
import { baseEnvironment, logFileOf, type StartedPart, temporaryFolderOf, toolPath } from './started-part.ts';
import { createProxy, type ProxySpec, type StartedProxy } from './toxiproxy-proxy.ts';

const HOST = '127.0.0.1';
const READY_WITHIN_MS = 10_000;
const CALL_LIMIT_MS = 3000;

export interface StartedToxiproxy extends StartedPart {
  readonly apiUrl: string;
  /** Opens a proxy on a port of its own on 127.0.0.1. */
  proxy(name: string, upstream: ProxySpec['upstream']): Promise<StartedProxy>;
  /** Removes every toxic and opens every proxy that was cut. */
  reset(): Promise<void>;
}

/** Starts Toxiproxy without proxies. Resolves when its API answers. */
export async function startToxiproxy(
  ctx: RuntimeContext,
  options: { readonly firstPort?: number } = {},
): Promise<StartedToxiproxy> {
  const command = toolPath(ctx, 'toxiproxy');
  const folder = temporaryFolderOf(ctx, 'toxiproxy');
  await mkdir(folder, { recursive: true });
  // A switched-off proxy by which our own server is told from another's that took the port meanwhile.
  const token = `token-${randomBytes(8).toString('hex')}`;
  const configFile = path.join(folder, 'proxies.json');
  const placeholder = { name: token, listen: `${HOST}:0`, upstream: `${HOST}:1`, enabled: false };
  await writeFile(configFile, JSON.stringify([placeholder]));
  const clientOf = (ports: readonly number[]) => new Toxiproxy(`http://${HOST}:${ports[0]}`);
  const { child, ports } = await startOnFreePort(ctx, {
    part: 'toxiproxy',
    ports: 1,
    readyWithinMs: READY_WITHIN_MS,
    ...(options.firstPort === undefined ? {} : { firstPorts: [options.firstPort] }),
    spawn: ([port]) =>
      spawnPart(ctx, {
        part: 'toxiproxy',
        command,
        args: ['-host', HOST, '-port', String(port), '-config', configFile],
        env: { ...baseEnvironment(folder), LOG_LEVEL: 'warn' },
        cwd: folder,
        logFile: logFileOf(ctx, 'toxiproxy'),
      }),
    isReady: (candidate) => knows(clientOf(candidate), token),
    isPortTaken: (lines) => lines.some((line) => line.includes('address already in use')),
  });
  const client = clientOf(ports);
  const limit = <T>(what: string, call: Promise<T>): Promise<T> =>
    withLimit(call, { what: `toxiproxy, ${what}`, withinMs: CALL_LIMIT_MS });
  const own = await limit('read a proxy', client.get(token));
  await limit('remove a proxy', own.remove());
  return {
    ...child,
    apiUrl: client.host,
    proxy: (name, upstream) => createProxy({ client, name, upstream, limit }),
    reset: () => limit('reset', client.reset()),
    async [Symbol.asyncDispose]() {
      await child.stop();
    },
  };
}

async function knows(client: Toxiproxy, token: string): Promise<boolean> {
  try {
    await withLimit(client.get(token), { what: 'toxiproxy', withinMs: 1000 });
    return true;
  } catch {
    return false; // Not listening yet, or not ours.
  }
}
