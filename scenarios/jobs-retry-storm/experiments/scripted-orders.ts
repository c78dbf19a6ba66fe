import type { ExperimentHandle, PaymentBehaviour, TableDump } from '@lab/sdk';
import { createOrderDesk, type PlacedOrder } from '../../shared/orders.ts';
import type { Script } from './scripts.ts';

export interface ScriptedOrder {
  readonly order: PlacedOrder & { readonly id: string };
  readonly script: Script;
}

/** Customers that order at the same time. */
const atOnce = 16;

/** Places an order for each script, in about that order. Those that are not accepted are left out. */
export async function placeAll(h: ExperimentHandle, scripts: readonly Script[]): Promise<readonly ScriptedOrder[]> {
  const desk = createOrderDesk(h);
  const books = h.random.shuffle(await desk.booksFor(scripts.length));
  const waiting = scripts.flatMap((script, index) => {
    const book = books[index];
    return book === undefined ? [] : [{ script, book }];
  });
  const placed: ScriptedOrder[] = [];
  const customer = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const order = await desk.place(h.random.pick(h.replicas), next.book);
      if (order.id !== null) placed.push({ order: { ...order, id: order.id }, script: next.script });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, customer));
  return placed;
}

export function behavioursFor(orders: readonly ScriptedOrder[]): readonly PaymentBehaviour[] {
  return orders.flatMap(({ order, script }) => script.does.map((does) => ({ ...does, reference: order.id })));
}

/** Orders that are still to be charged when all is over, of every experiment: whoever looks again waits for these. */
export function toBeCharged(h: ExperimentHandle): Promise<Set<string>> {
  return h.once('to-be-charged', async () => new Set<string>());
}

/** What the checks know an order by; `fromMs`: since when nothing has kept it from being charged. */
export function scriptedTable(orders: readonly (ScriptedOrder & { readonly fromMs: number })[]): TableDump {
  return {
    table: 'scripted',
    rows: orders.map(({ order, script: { group, told, retryAfterSeconds }, fromMs }) => ({
      order: order.id,
      group,
      told,
      retryAfterMs: retryAfterSeconds === undefined ? null : retryAfterSeconds * 1_000,
      fromMs,
    })),
  };
}
