import type { Evidence, Finding } from '@lab/sdk';
import { notMeasured } from './not-measured.ts';
import { triedOrders } from './provider-log.ts';

/** Orders that nothing is wrong with. Were they picked up this late, times that others took are the machine's. */
export interface Alone {
  readonly groups: readonly string[];
  readonly lateMsMax: number;
}

/**
 * Null where three of four of them were picked up in time. Only of those that nothing kept since they were placed: what
 * stood behind others is late for another reason.
 */
export function pickedUpLate(evidence: Evidence, { groups, lateMsMax }: Alone): Finding | null {
  const orders = triedOrders(evidence, groups) ?? [];
  const lateMs = orders
    .filter(({ placed, waitsFromMs }) => placed !== undefined && placed.endMs >= waitsFromMs)
    .flatMap(({ calls, waitsFromMs }) => (calls[0] === undefined ? [] : [calls[0].atMs - waitsFromMs]))
    .filter((ms) => ms > 0)
    .toSorted((a, b) => a - b);
  const mostMs = Math.round(lateMs[Math.floor(lateMs.length * 0.75)] ?? 0);
  if (mostMs <= lateMsMax) return null;
  return notMeasured(`Orders that nothing was wrong with were picked up ${mostMs} ms late`);
}
