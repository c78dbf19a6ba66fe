import type { Experiment } from '@lab/sdk';
import { createOrderDesk } from '../../shared/orders.ts';
import { isCharged } from './held-charge.ts';

const orders = 3;
const chargedWithinMs = 8_000;

/** Orders while nothing is wrong. */
export const atRest: readonly Experiment[] = [
  {
    id: 'plain-orders',
    title: 'Orders while nothing is wrong',
    phase: 'baseline',
    run: async (h) => {
      const desk = createOrderDesk(h);
      const placed = await Promise.all(Array.from({ length: orders }, () => desk.place()));
      const charged = await Promise.all(
        placed.map(({ id }) => (id === null ? Promise.resolve(false) : isCharged(h, id, chargedWithinMs))),
      );
      return { reached: true, facts: { orders, charged: charged.filter(Boolean).length } };
    },
  },
];
