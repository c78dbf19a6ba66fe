import { Counter, Histogram, type Registry } from 'prom-client';
import type { PlaceOrder } from './place-order.ts';

/** From a paperback to the order of a library; in the smallest unit of whatever currency the order is in. */
const VALUE_BUCKETS_CENTS = [500, 1_000, 2_000, 3_000, 5_000, 7_500, 10_000, 20_000, 50_000, 100_000, 500_000];

/** Measures each order that is made, once: a repeated request makes none. */
export function countOrders(placeOrder: PlaceOrder, registry: Registry): PlaceOrder {
  const registers = [registry];
  const created = new Counter({ name: 'orders_created_total', help: 'Orders that were placed.', registers });
  const values = new Histogram({
    name: 'cart_value_cents',
    help: 'What was in the cart of an order that was placed, in cents.',
    buckets: VALUE_BUCKETS_CENTS,
    registers,
  });
  return async (context, request) => {
    const placed = await placeOrder(context, request);
    if (!placed.replayed) {
      created.inc();
      values.observe(placed.order.totalCents);
    }
    return placed;
  };
}
