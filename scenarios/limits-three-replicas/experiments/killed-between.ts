import type { Experiment } from '@lab/sdk';
import { createDesk } from './asking.ts';
import { clientsOf } from './clients.ts';
import { countKeys } from './count-keys.ts';

/** By then a request that asks the store has asked it, also one that nobody limits in time. */
const askedMs = 220;

/**
 * A replica dies after the store has done what it was asked first, and before the replica knows. What it would have
 * asked for next, as an expiry, never comes. The client is new: its first request makes the keys.
 */
export const killedBetween: Experiment = {
  id: 'killed-between',
  title: 'A replica dies between two commands to the limits store',
  phase: 'disturb',
  disturbsLoad: true,
  needsRest: true,
  run: async (h) => {
    const desk = createDesk(h);
    const { beforeTheKill: client } = await clientsOf(h);
    const [replica = 'api-1'] = h.replicas;
    await desk.signIn(client);
    {
      await using _replies = await h.links.hold(replica, 'redis-limits', 'replies');
      const answer = desk.readBook(client, 'before-the-kill', replica);
      // Whoever gives up on the store answers before; that also says that it had asked.
      await Promise.race([answer, h.clock.sleep(askedMs)]);
      await h.clock.sleep(10);
      await h.processes.kill(replica);
      await answer;
    }
    const isUp = await h.processes.start(replica);
    const facts = await countKeys(h);
    const point = `${replica} was killed after the store had done what it was asked first, and before the reply came.`;
    return { reached: true, facts: { ...facts, isUp, point } };
  },
};
