import { defineFault } from '../fault.ts';
import { noParameters } from '../parameters.ts';
import { storeAvailability, storesOf, withStore, witnessKey } from './store.ts';

const id = 'redis-restart-empty';

export const redisRestartEmpty = defineFault({
  id,
  title: 'A Redis is killed and comes back empty',
  about: 'SIGKILL, what it had stored removed, then a new process on the same port. Every connection breaks.',
  isOneShot: true,
  parameters: noParameters,
  targets: storesOf,
  availability: storeAvailability,
  claims: (_ground, target) => [{ on: `process ${target}`, isAlone: true }],
  inject: async (ground, { target }) => {
    const before = await withStore(ground, { target, fault: id }, async (redis) => {
      await redis.set(witnessKey(id), '1');
      return { keys: await redis.dbsize(), process: processOf(await redis.info('server')) };
    });
    await ground.controlOf(target)?.restarts?.restartEmpty();
    return { undo: async () => undefined, note: before };
  },
  effect: (ground, { target, note: before }) =>
    withStore(ground, { target, fault: id }, async (redis) => {
      const isGone = (await redis.exists(witnessKey(id))) === 0;
      const process = processOf(await redis.info('server'));
      return {
        seen: isGone && process !== before.process,
        measured: `process ${before.process} with ${before.keys} keys is now process ${process} with ${await redis.dbsize()}`,
      };
    }),
});

function processOf(info: string): string {
  return /^process_id:(\d+)/m.exec(info)?.[1] ?? 'unknown';
}
