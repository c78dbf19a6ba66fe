import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RuntimeContext } from '../context.ts';
import { redisPing } from '../readiness/redis-ping.ts';
import { spawnPart } from '../supervision/spawn-part.ts';
import { startOnFreePort } from './start-on-free-port.ts';
import { baseEnvironment, logFileOf, type StartedPart, temporaryFolderOf, toolPath } from './started-part.ts';

const HOST = '127.0.0.1';
const READY_WITHIN_MS = 10_000;

export interface RedisSpec {
  readonly name: 'redis-cache';
  readonly maxMemoryMiB: number;
  readonly policy: 'allkeys-lru';
  /** Port to try first; for tests. */
  readonly firstPort?: number;
}

export interface StartedRedis extends StartedPart {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  /** Holds the password. */
  readonly url: string;
  /** The same, through another address: a proxy's. */
  urlVia(via: { readonly host: string; readonly port: number }): string;
}

/** Starts a Redis that keeps nothing on disk. Resolves when it answers PING. */
export async function startRedis(ctx: RuntimeContext, spec: RedisSpec): Promise<StartedRedis> {
  const command = toolPath(ctx, 'redis-server');
  const folder = temporaryFolderOf(ctx, spec.name);
  const configFile = path.join(folder, 'redis.conf');
  const password = randomBytes(18).toString('base64url');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { child, ports } = await startOnFreePort(ctx, {
    part: spec.name,
    ports: 1,
    readyWithinMs: READY_WITHIN_MS,
    ...(spec.firstPort === undefined ? {} : { firstPorts: [spec.firstPort] }),
    async spawn([port]) {
      // In a file: arguments can be read by every user of the machine.
      await writeFile(configFile, redisConfig({ ...spec, port: port ?? 0, password, folder }), { mode: 0o600 });
      const env = baseEnvironment(folder);
      return spawnPart(ctx, {
        part: spec.name,
        command,
        args: [configFile],
        env,
        cwd: folder,
        logFile: logFileOf(ctx, spec.name),
      });
    },
    isReady: ([port]) => redisPing({ host: HOST, port: port ?? 0, password }, { timeoutMs: 1000 }),
    isPortTaken: (lines) => lines.some((line) => /Address already in use|Failed listening on port/.test(line)),
  });
  const port = ports[0] ?? 0;
  const urlVia: StartedRedis['urlVia'] = (via) => `redis://:${password}@${via.host}:${via.port}`;
  const stop = async () => {
    const exit = await child.stop();
    await rm(folder, { recursive: true, force: true });
    return exit;
  };
  return {
    ...child,
    host: HOST,
    port,
    password,
    url: urlVia({ host: HOST, port }),
    urlVia,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

function redisConfig(spec: RedisSpec & { port: number; password: string; folder: string }): string {
  const settings = [
    `port ${spec.port}`,
    `bind ${HOST}`,
    'protected-mode yes',
    `requirepass ${spec.password}`,
    'save ""',
    'appendonly no',
    `dir "${spec.folder}"`,
    `maxmemory ${spec.maxMemoryMiB}mb`,
    `maxmemory-policy ${spec.policy}`,
    'daemonize no',
    'logfile ""',
  ];
  return `${settings.join('\n')}\n`;
}
