import type { Noted } from '../kernel/simulation.ts';
import type { CacheEvent } from './read-pages.ts';

/** How many loads stand before the database at some time, those that wait for a slot included. */
export interface LoadsAt {
  readonly atMs: number;
  readonly loads: number;
}

/** Each change of how many loads stand before the database. */
export function loadsOverTime(events: readonly Noted<CacheEvent>[]): readonly LoadsAt[] {
  let loads = 0;
  return events.flatMap(({ kind, atMs }) => {
    if (kind === 'asked') loads += 1;
    else if (kind === 'ended') loads -= 1;
    else return [];
    return [{ atMs, loads }];
  });
}

export function mostLoads(events: readonly Noted<CacheEvent>[]): number {
  return Math.max(0, ...loadsOverTime(events).map(({ loads }) => loads));
}

/** The most loads that one page cost each time that it ended. */
export function mostOfOneExpiry(events: readonly Noted<CacheEvent>[]): number {
  const counts = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== 'asked') continue;
    const key = `${event.page} ${event.expiry}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

/** Of readers who were answered. */
export function longestWaitMs(events: readonly Noted<CacheEvent>[]): number {
  return events.reduce((most, event) => (event.kind === 'answered' ? Math.max(most, event.waitedMs) : most), 0);
}

/** How fresh the pages are on average at some times, in order: 1 when all were filled now, 0 when all have ended. */
export function freshnessAt(events: readonly Noted<CacheEvent>[], timesMs: readonly number[], ttlMs: number) {
  const untilMs = new Map<number, number>();
  let next = 0;
  return timesMs.map((tMs) => {
    for (; next < events.length; next += 1) {
      const event = events[next];
      if (event === undefined || event.atMs > tMs) break;
      if (event.kind === 'filled') untilMs.set(event.page, event.untilMs);
    }
    const left = [...untilMs.values()].reduce((sum, until) => sum + Math.max(0, until - tMs), 0);
    return untilMs.size === 0 ? 0 : Math.min(1, left / untilMs.size / ttlMs);
  });
}
