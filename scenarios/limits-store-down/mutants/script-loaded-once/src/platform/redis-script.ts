import type { Redis } from 'ioredis';

/** Runs on the server, atomically. Rejects when the server is unreachable, too slow, or the script fails. */
export type RedisScript = (keys: readonly string[], args?: readonly (string | number)[]) => Promise<unknown>;

/** The text of a script goes over the wire once; afterwards its hash is enough. */
export function defineScript(redis: Redis, _name: string, lua: string): RedisScript {
  let hash: string | undefined;
  return async (keys, args = []) => {
    hash ??= String(await redis.script('LOAD', lua));
    return await redis.evalsha(hash, keys.length, ...keys, ...args);
  };
}
