import type { Redis } from 'ioredis';
import * as z from 'zod';
import { defineFault } from '../fault.ts';
import { wholeNumber } from '../parameters.ts';
import { storeAvailability, storeClaims, storesOf, withStore, witnessKey } from './store.ts';

const id = 'redis-expire-all';
const keysPerScan = 1_000;

export const redisExpireAll = defineFault({
  id,
  title: 'All keys of a Redis expire in one instant',
  about:
    'Every key that is there now gets the same moment of expiry, as after a deployment that filled a cache at once.',
  isOneShot: true,
  parameters: z.strictObject({
    afterMs: wholeNumber('how long until that moment', { min: 100, max: 2_000, usual: 500 }),
  }),
  targets: storesOf,
  availability: storeAvailability,
  claims: (_ground, target) => storeClaims(target),
  inject: (ground, { target, parameters: { afterMs }, signal }) =>
    withStore(ground, { target, fault: id }, async (redis) => {
      await redis.set(witnessKey(id), '1');
      const [seconds, microseconds] = await redis.time();
      const atMs = Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000) + afterMs;
      return { undo: async () => undefined, note: { keys: await expireAll(redis, { atMs, signal }) } };
    }),
  effect: (ground, { target, note: { keys } }) =>
    withStore(ground, { target, fault: id }, async (redis) => {
      const isGone = (await redis.exists(witnessKey(id))) === 0;
      return { seen: isGone, measured: `${keys} keys were told to expire, ${await redis.dbsize()} are there now` };
    }),
});

/** Resolves to how many keys got that moment. */
async function expireAll(
  redis: Redis,
  { atMs, signal }: { readonly atMs: number; readonly signal: AbortSignal },
): Promise<number> {
  let cursor = '0';
  let count = 0;
  do {
    const [next, keys] = await redis.scan(cursor, 'COUNT', keysPerScan);
    const pipeline = redis.pipeline();
    for (const key of keys) pipeline.pexpireat(key, atMs);
    await pipeline.exec();
    cursor = next;
    count += keys.length;
  } while (cursor !== '0' && !signal.aborted);
  return count;
}
