import type { Redis } from 'ioredis';

/** Runs on the server, atomically. Rejects when the server is unreachable, too slow, or the script fails. */
export type RedisScript = (keys: readonly string[], args?: readonly (string | number)[]) => Promise<unknown>;

/** Registers a Lua script; the client sends its hash and, where the server does not know it yet, its text. */
export function defineScript(redis: Redis, name: string, lua: string): RedisScript {
  redis.defineCommand(name, { lua });
  const commands = redis as unknown as Record<string, (...parameters: unknown[]) => Promise<unknown>>;
  return async (keys, args = []) => commands[name]?.(keys.length, ...keys, ...args);
}
