import type { Evidence, Operation } from '@lab/sdk';
import { numberOrNull, rowsOf } from './evidence-views.ts';

/** A request to charge, from the provider's own log: evidence table `provider-calls`. */
export interface LoggedCall {
  readonly reference: string;
  readonly atMs: number;
  /** What the caller was told, and when; null where its connection went first. */
  readonly status: number | null;
  readonly endMs: number | null;
}

/** What the provider had been told to answer an order with: evidence table `scripted`. */
export interface ScriptedOrder {
  readonly order: string;
  readonly group: string;
  /** As a finding says it, `429 with Retry-After: 2`. */
  readonly told: string;
  readonly retryAfterMs: number | null;
  /** From when on nothing kept it from being charged, for an order that nothing is wrong with. */
  readonly waitsFromMs: number;
  /** When an operator redrove it; null where nobody did. */
  readonly redrivenMs: number | null;
}

/** An order with what the provider saw of it. */
export interface TriedOrder extends ScriptedOrder {
  /** The request that placed it. */
  readonly placed: Operation | undefined;
  /** Before anybody redrove it. */
  readonly calls: readonly LoggedCall[];
  readonly callsAfterRedrive: readonly LoggedCall[];
}

/** The pause before the next attempt at one order. */
export interface Gap {
  /** After which attempt, from 1. */
  readonly attempt: number;
  readonly ms: number;
  /** When the next attempt came. */
  readonly atMs: number;
  readonly order: TriedOrder;
}

/** Orders of these groups with their calls; null when the provider's log was not read. */
export function triedOrders(evidence: Evidence, groups: readonly string[]): readonly TriedOrder[] | null {
  const log = evidence.tables.findLast(({ table }) => table === 'provider-calls');
  if (log === undefined) return null;
  const calls = Map.groupBy(log.rows.map(toCall), ({ reference }) => reference);
  const placed = new Map(evidence.history.filter(({ view }) => view === 'order').map((order) => [order.key, order]));
  const redriven = new Map(rowsOf(evidence, 'redriven').map((row) => [String(row['order']), Number(row['atMs'])]));
  return rowsOf(evidence, 'scripted').flatMap((row): TriedOrder[] => {
    const order = String(row['order']);
    const group = String(row['group']);
    if (!groups.includes(group)) return [];
    const redrivenMs = redriven.get(order) ?? null;
    const all = (calls.get(order) ?? []).toSorted((a, b) => a.atMs - b.atMs);
    const isBefore = ({ atMs }: LoggedCall): boolean => redrivenMs === null || atMs < redrivenMs;
    return [
      {
        order,
        group,
        told: String(row['told']),
        retryAfterMs: numberOrNull(row['retryAfterMs']),
        waitsFromMs: Number(row['fromMs'] ?? 0),
        redrivenMs,
        placed: placed.get(order),
        calls: all.filter(isBefore),
        callsAfterRedrive: all.filter((call) => !isBefore(call)),
      },
    ];
  });
}

/** From each answer to the next attempt. A call that was not answered says nothing about when its caller gave it up. */
export function gapsOf(orders: readonly TriedOrder[]): readonly Gap[] {
  return orders.flatMap((order) =>
    order.calls.slice(1).flatMap(({ atMs }, index): Gap[] => {
      const answeredMs = order.calls[index]?.endMs ?? null;
      return answeredMs === null ? [] : [{ attempt: index + 1, ms: atMs - answeredMs, atMs, order }];
    }),
  );
}

/**
 * The same, with those of calls that were not answered, from when these had come: whoever gave one up did so later, so
 * that its pause was no longer than this.
 */
export function longestGapsOf(orders: readonly TriedOrder[]): readonly Gap[] {
  return orders.flatMap((order) =>
    order.calls.slice(1).flatMap(({ atMs }, index): Gap[] => {
      const before = order.calls[index];
      return before === undefined
        ? []
        : [{ attempt: index + 1, ms: atMs - (before.endMs ?? before.atMs), atMs, order }];
    }),
  );
}

/** Operations that placed these orders, for a finding. */
export function placedBy(orders: readonly TriedOrder[]): readonly number[] {
  return [...new Set(orders.flatMap(({ placed }) => (placed === undefined ? [] : [placed.id])))];
}

/** The most of these moments that lie within one stretch of so many milliseconds, and when that began. */
export function busiest(
  momentsMs: readonly number[],
  stretchMs: number,
): { readonly count: number; readonly fromMs: number } {
  const sorted = momentsMs.toSorted((a, b) => a - b);
  let best = { count: 0, fromMs: sorted[0] ?? 0 };
  let last = 0;
  for (const [first, fromMs] of sorted.entries()) {
    while (last < sorted.length && (sorted[last] ?? 0) < fromMs + stretchMs) last += 1;
    if (last - first > best.count) best = { count: last - first, fromMs };
  }
  return best;
}

function toCall(row: Evidence['tables'][number]['rows'][number]): LoggedCall {
  const { reference, atMs, status, endMs } = row;
  return { reference: String(reference), atMs: Number(atMs), status: numberOrNull(status), endMs: numberOrNull(endMs) };
}
