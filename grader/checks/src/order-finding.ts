import type { Finding } from '@lab/sdk';
import { operationList } from './evidence-views.ts';
import { placedBy, type TriedOrder } from './provider-log.ts';

interface OrderFinding {
  readonly code: string;
  /** Of how many it is said. */
  readonly of: number;
  readonly orders: readonly TriedOrder[];
  /** Says it of the first, as a whole sentence. */
  readonly example: (order: TriedOrder) => string;
  readonly expected: string;
}

/** One failure for all orders of which the same is to be said; none where there is no such order. */
export function ofOrders({ code, of, orders, example, expected }: OrderFinding): readonly Finding[] {
  const [first] = orders;
  if (first === undefined) return [];
  const operations = placedBy(orders);
  return [
    {
      code,
      severity: 'failure',
      message: `${orders.length} of ${of} orders: ${example(first)} See ${operationList(operations)}.`,
      measured: { text: `${orders.length} orders`, value: orders.length, unit: 'orders' },
      expected: { text: expected, value: 0, unit: 'orders' },
      atMs: first.calls[1]?.atMs ?? first.calls[0]?.atMs ?? first.placed?.startMs ?? null,
      refs: { operations: operations.slice(0, 5) },
    },
  ];
}
