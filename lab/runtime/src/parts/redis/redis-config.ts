/** Which Redis: each has a purpose, and settings that serve it. */
export type RedisName = 'redis-cache' | 'redis-queue' | 'redis-limits';

interface RedisSettings {
  readonly maxMemoryMiB: number;
  /** `noeviction` refuses writes when memory is full: a job or a count that is dropped unseen is a fault of the lab. */
  readonly policy: 'allkeys-lru' | 'noeviction';
  /** Keeps an append-only file in the part's folder, so that a killed server comes back with its data. */
  readonly isDurable: boolean;
}

/** Settings of each Redis, unless the caller says otherwise. */
export const REDIS_SETTINGS: Readonly<Record<RedisName, RedisSettings>> = {
  'redis-cache': { maxMemoryMiB: 64, policy: 'allkeys-lru', isDurable: false },
  'redis-queue': { maxMemoryMiB: 128, policy: 'noeviction', isDurable: true },
  'redis-limits': { maxMemoryMiB: 32, policy: 'noeviction', isDurable: false },
};

/** Folder of the append-only file, below the part's own. */
export const APPEND_FOLDER = 'appendonlydir';

/** `redis.conf`. */
export function redisConfig(
  settings: RedisSettings & {
    readonly host: string;
    readonly port: number;
    readonly password: string;
    readonly folder: string;
  },
): string {
  const durability = settings.isDurable
    ? ['appendonly yes', 'appendfsync everysec', `appenddirname "${APPEND_FOLDER}"`]
    : ['appendonly no'];
  const lines = [
    `port ${settings.port}`,
    `bind ${settings.host}`,
    'protected-mode yes',
    `requirepass ${settings.password}`,
    'save ""',
    ...durability,
    `dir "${settings.folder}"`,
    `maxmemory ${settings.maxMemoryMiB}mb`,
    `maxmemory-policy ${settings.policy}`,
    'daemonize no',
    'logfile ""',
  ];
  return `${lines.join('\n')}\n`;
}
