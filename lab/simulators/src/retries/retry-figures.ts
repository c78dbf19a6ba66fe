import type { Noted } from '../kernel/simulation.ts';
import type { CallEvent } from './retry-calls.ts';

export function countOf(events: readonly Noted<CallEvent>[], kind: CallEvent['kind']): number {
  return events.filter((event) => event.kind === kind).length;
}

/** Calls that the provider got, for each that its callers meant to make. */
export function amplification(events: readonly Noted<CallEvent>[], clients: number): number {
  return callsOf(events).length / clients;
}

export function callsOf(events: readonly Noted<CallEvent>[]): readonly Noted<CallEvent>[] {
  return events.filter(({ kind }) => kind === 'served' || kind === 'failed');
}

/** Calls within each stretch of `binMs`, from 0. */
export function callsByBin(events: readonly Noted<CallEvent>[], binMs: number, bins: number): readonly number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const { atMs } of callsOf(events)) {
    const bin = Math.floor(atMs / binMs);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.slice(0, bins);
}

/** After the outage, the time until the last client was served; undefined while some were not. */
export function recoveredMs(
  events: readonly Noted<CallEvent>[],
  clients: number,
  outageMs: number,
): number | undefined {
  const served = events.filter(({ kind }) => kind === 'served');
  const last = served.at(-1);
  return served.length < clients || last === undefined ? undefined : Math.max(0, last.atMs - outageMs);
}
