import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RuntimeContext } from '../../context.ts';
import { redisPing } from '../../readiness/redis-ping.ts';
import { spawnPart } from '../../supervision/spawn-part.ts';
import { createRestartable, type RestartablePart } from '../restartable-part.ts';
import { startOnFreePort } from '../start-on-free-port.ts';
import { baseEnvironment, logFileOf, temporaryFolderOf, toolPath } from '../started-part.ts';
import { APPEND_FOLDER, REDIS_SETTINGS, redisConfig } from './redis-config.ts';

const HOST = '127.0.0.1';
const READY_WITHIN_MS = 10_000;

/** The name decides on policy and durability; the policy may be said, but not changed. */
export type RedisSpec = RedisSizes &
  (
    | { readonly name: 'redis-cache'; readonly policy?: 'allkeys-lru' }
    | { readonly name: 'redis-queue' | 'redis-limits'; readonly policy?: 'noeviction' }
  );

interface RedisSizes {
  /** Default: 64 for the cache, 128 for the queue, 32 for limits. */
  readonly maxMemoryMiB?: number;
  /** Port to try first; for tests. */
  readonly firstPort?: number;
}

/** Its address and password stay the same when it is restarted. Only `redis-queue` comes back with its data. */
export interface StartedRedis extends RestartablePart {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  /** Holds the password. */
  readonly url: string;
  /** The same, through another address: a proxy's. */
  urlVia(via: { readonly host: string; readonly port: number }): string;
}

/** Starts a Redis in a folder of its own. Resolves when it answers PING, with what it had stored loaded. */
export async function startRedis(ctx: RuntimeContext, spec: RedisSpec): Promise<StartedRedis> {
  const home = {
    command: toolPath(ctx, 'redis-server'),
    folder: temporaryFolderOf(ctx, spec.name),
    password: randomBytes(18).toString('base64url'),
  };
  const { folder, password } = home;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const first = spec.firstPort === undefined ? {} : { firstPorts: [spec.firstPort] };
  const { child, ports } = await boot(ctx, { spec, home, ...first });
  const port = ports[0] ?? 0;
  const part = createRestartable({
    first: child,
    boot: async () => (await boot(ctx, { spec, home, onlyPorts: [port] })).child,
    empty: () => rm(path.join(folder, APPEND_FOLDER), { recursive: true, force: true }),
    remove: () => rm(folder, { recursive: true, force: true }),
  });
  const urlVia: StartedRedis['urlVia'] = (via) => `redis://:${password}@${via.host}:${via.port}`;
  // Not spread: `pid` and `exited` are of the newest process.
  return Object.assign(part, { host: HOST, port, password, url: urlVia({ host: HOST, port }), urlVia });
}

interface Boot {
  readonly spec: RedisSpec;
  readonly home: { readonly command: string; readonly folder: string; readonly password: string };
  readonly firstPorts?: readonly number[];
  readonly onlyPorts?: readonly number[];
}

function boot(ctx: RuntimeContext, { spec, home, ...ports }: Boot) {
  const { command, folder, password } = home;
  const usual = REDIS_SETTINGS[spec.name];
  const settings = { ...usual, maxMemoryMiB: spec.maxMemoryMiB ?? usual.maxMemoryMiB };
  const configFile = path.join(folder, 'redis.conf');
  return startOnFreePort(ctx, {
    part: spec.name,
    ports: 1,
    readyWithinMs: READY_WITHIN_MS,
    ...ports,
    async spawn([port = 0]) {
      // In a file: arguments can be read by every user of the machine.
      await writeFile(configFile, redisConfig({ ...settings, host: HOST, port, password, folder }), { mode: 0o600 });
      return spawnPart(ctx, {
        part: spec.name,
        command,
        args: [configFile],
        env: baseEnvironment(folder),
        cwd: folder,
        logFile: logFileOf(ctx, spec.name),
      });
    },
    isReady: ([port]) => redisPing({ host: HOST, port: port ?? 0, password }, { timeoutMs: 1000 }),
    isPortTaken: (lines) => lines.some((line) => /Address already in use|Failed listening on port/.test(line)),
  });
}
