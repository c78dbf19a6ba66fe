import type { Experiment } from '@lab/sdk';
import { createOrderDesk } from '../../shared/orders.ts';
import { holdCharge, isCharged, notTaken, point } from './held-charge.ts';

/** Long enough for an attempt to fail, and for what is tried at once to fail again. */
const databaseAwayMs = 600;
/** Many times the relay's pause, and more than a command to the queue may take. */
const queueAwayMs = 1_200;
const backWithinMs = 5_000;

/** Our own stores are away while nobody dies: what was begun has to be ended later. */
export const storesAway: readonly Experiment[] = [
  {
    id: 'database-away',
    title: 'A worker loses its database after the provider has charged',
    phase: 'disturb',
    disturbsLoad: true,
    run: async (h) => {
      const held = await holdCharge(h, 'after');
      if (held === null) return notTaken;
      const cut = await h.links.cut([held.caller], 'postgres');
      await held.hold.release();
      await h.clock.sleep(databaseAwayMs);
      await cut.release();
      const text = `The provider had charged and said so; ${held.caller} could not reach its database for ${databaseAwayMs} ms.`;
      return { reached: true, facts: point(held.order.id, text) };
    },
  },
  {
    id: 'queue-away',
    title: 'Orders are placed while nobody reaches the queue',
    phase: 'disturb',
    disturbsLoad: true,
    run: async (h) => {
      const cut = await h.links.cut([...h.replicas, ...h.workers], 'redis-queue');
      const desk = createOrderDesk(h);
      const ids = [await desk.place(), await desk.place()].flatMap(({ id }) => id ?? []);
      await h.clock.sleep(queueAwayMs);
      await cut.release();
      // What comes next begins with workers that have found their queue again.
      await Promise.all(ids.map((id) => isCharged(h, id, backWithinMs)));
      const text = `Nobody could reach the queue for ${queueAwayMs} ms when it was placed.`;
      return { reached: true, facts: Object.assign({}, ...ids.map((id) => point(id, text))) };
    },
  },
];
