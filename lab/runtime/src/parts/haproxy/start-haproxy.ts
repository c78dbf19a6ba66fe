import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '@lab/sdk';
import type { RuntimeContext } from '../../context.ts';
import { spawnPart } from '../../supervision/spawn-part.ts';
import { startOnFreePort } from '../start-on-free-port.ts';
import { baseEnvironment, logFileOf, type StartedPart, temporaryFolderOf, toolPath } from '../started-part.ts';
import type { Undo } from '../toxiproxy-proxy.ts';
import { type HaproxyBackend, haproxyConfig, POOL, RUNTIME_SOCKET } from './haproxy-config.ts';
import { type BackendState, parseStat, reachableSocket, runtimeCommand } from './haproxy-runtime.ts';

const PART = 'haproxy';
const HOST = '127.0.0.1';
const READY_WITHIN_MS = 10_000;
const CALL_LIMIT_MS = 3000;

export interface HaproxySpec {
  readonly backends: readonly HaproxyBackend[];
  /** Asked on the internal port of each backend. Default `/readyz`. */
  readonly readyUrlPath?: string;
  /** Port to try first; for tests. */
  readonly firstPort?: number;
}

export interface StartedHaproxy extends StartedPart {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** What HAProxy thinks of each backend now. */
  backends(): Promise<readonly BackendState[]>;
  /** Sends a backend nothing new; what it has under way ends. The undo lets it have requests again. */
  drain(name: string): Promise<Undo>;
}

/**
 * Starts HAProxy in front of these backends. Resolves when it listens: until the first check says
 * otherwise, it takes each of them for healthy.
 */
export async function startHaproxy(ctx: RuntimeContext, spec: HaproxySpec): Promise<StartedHaproxy> {
  const command = toolPath(ctx, PART);
  const folder = temporaryFolderOf(ctx, PART);
  const configFile = path.join(folder, 'haproxy.cfg');
  const socket = reachableSocket(path.join(folder, RUNTIME_SOCKET));
  const { backends, readyUrlPath = '/readyz' } = spec;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const ask = (text: string): Promise<string> => runtimeCommand(socket, text, { limitMs: CALL_LIMIT_MS });
  const { child, ports } = await startOnFreePort(ctx, {
    part: PART,
    ports: 1,
    readyWithinMs: READY_WITHIN_MS,
    ...(spec.firstPort === undefined ? {} : { firstPorts: [spec.firstPort] }),
    async spawn([port = 0]) {
      // One that lost its port may have left it.
      await rm(path.join(folder, RUNTIME_SOCKET), { force: true });
      await writeFile(configFile, haproxyConfig({ host: HOST, port, readyUrlPath, backends }));
      return spawnPart(ctx, {
        part: PART,
        command,
        args: ['-db', '-f', configFile],
        env: baseEnvironment(folder),
        cwd: folder,
        logFile: logFileOf(ctx, PART),
      });
    },
    isReady: () =>
      ask('show info').then(
        () => true,
        () => false,
      ),
    isPortTaken: (lines) => lines.some((line) => line.includes('Address already in use')),
  });
  const port = ports[0] ?? 0;
  const setState = async (name: string, state: 'drain' | 'ready'): Promise<void> => {
    const said = await ask(`set server ${POOL}/${name} state ${state}`);
    // It says something only when it did not do it.
    if (said !== '') {
      const message = `HAProxy did not set ${name} to ${state}: ${said}`;
      throw new LabError('E_HAPROXY_RUNTIME', { message, hint: 'npx lab logs haproxy' });
    }
  };
  return {
    ...child,
    host: HOST,
    port,
    url: `http://${HOST}:${port}`,
    backends: async () => parseStat(await ask('show stat'), POOL),
    async drain(name) {
      if (!backends.some((backend) => backend.name === name)) throw new RangeError(`There is no backend ${name}.`);
      await setState(name, 'drain');
      return () => setState(name, 'ready');
    },
    async [Symbol.asyncDispose]() {
      await child.stop();
    },
  };
}
