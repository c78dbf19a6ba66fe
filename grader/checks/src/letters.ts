import type { Evidence, Finding } from '@lab/sdk';
import { rowsOf } from './evidence-views.ts';
import { ofOrders } from './order-finding.ts';
import type { TriedOrder } from './provider-log.ts';

/** A dead letter, as the operators' page shows it: evidence table `dead-letters`. */
export interface Letter {
  readonly order: string;
  readonly attempts: number | null;
  readonly lastError: string;
  readonly requestId: string;
  /** When the lab first saw it. */
  readonly seenAtMs: number;
}

/** By order, the first that was written; null when nobody looked. */
export function lettersOf(evidence: Evidence): ReadonlyMap<string, Letter> | null {
  if (!evidence.tables.some(({ table }) => table === 'dead-letters')) return null;
  const letters = rowsOf(evidence, 'dead-letters').map(
    ({ order, attempts, lastError, requestId, seenAtMs }): Letter => ({
      order: String(order),
      attempts: typeof attempts === 'number' ? attempts : null,
      lastError: String(lastError ?? ''),
      requestId: String(requestId ?? ''),
      seenAtMs: Number(seenAtMs),
    }),
  );
  return new Map(letters.toSorted((a, b) => b.seenAtMs - a.seenAtMs).map((letter) => [letter.order, letter]));
}

/** Orders that were given up without a dead letter, or with one that does not say what happened. */
export function letterFindings(
  orders: readonly TriedOrder[],
  letters: ReadonlyMap<string, Letter>,
): readonly Finding[] {
  const wrongs = new Map(orders.map((order) => [order.order, wrongIn(order, letters.get(order.order))]));
  return [
    ...ofOrders({
      code: 'NO_DEAD_LETTER',
      of: orders.length,
      orders: orders.filter(({ order }) => !letters.has(order)),
      example: ({ order, told, calls }) =>
        `${order}, answered ${told}, was tried ${times(calls.length)} and then neither charged nor listed among the dead letters, so nobody knows of it.`,
      expected: 'a dead letter for each order that is given up',
    }),
    ...ofOrders({
      code: 'DEAD_LETTER_WRONG',
      of: orders.length,
      orders: orders.filter(({ order }) => wrongs.get(order) !== null),
      example: ({ order }) => `the dead letter of ${order} says ${wrongs.get(order)}.`,
      expected: 'attempts, the last error and the request, as they were',
    }),
  ];
}

/** Null where it is right, or there is none. */
function wrongIn({ calls, placed }: TriedOrder, letter: Letter | undefined): string | null {
  if (letter === undefined) return null;
  if (letter.attempts !== calls.length) return `${letter.attempts} attempts, and there were ${calls.length}`;
  if (letter.lastError.trim() === '') return 'nothing of what went wrong';
  if (placed?.requestId !== undefined && letter.requestId !== placed.requestId) {
    return `that request ${letter.requestId === '' ? '(none)' : letter.requestId} placed it, and it was ${placed.requestId}`;
  }
  return null;
}

export function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
