import { defineFault } from '../fault.ts';
import { noParameters } from '../parameters.ts';
import { storeAvailability, storeClaims, storesOf, withStore, witnessKey } from './store.ts';

const id = 'redis-flush';

export const redisFlush = defineFault({
  id,
  title: 'Everything in a Redis is deleted',
  about:
    'FLUSHALL. Of the cache: every reader misses at once. Of the queue: the jobs are lost. Of the limits: every client may begin anew.',
  isOneShot: true,
  parameters: noParameters,
  targets: storesOf,
  availability: storeAvailability,
  claims: (_ground, target) => storeClaims(target),
  inject: (ground, { target }) =>
    withStore(ground, { target, fault: id }, async (redis) => {
      // Under load the store is never seen empty; a key that nobody else writes shows that all were deleted.
      await redis.set(witnessKey(id), '1');
      const keys = await redis.dbsize();
      await redis.flushall();
      return { undo: async () => undefined, note: { keys } };
    }),
  effect: (ground, { target, note: { keys } }) =>
    withStore(ground, { target, fault: id }, async (redis) => {
      const isGone = (await redis.exists(witnessKey(id))) === 0;
      return { seen: isGone, measured: `${keys} keys before, ${await redis.dbsize()} now` };
    }),
});
