import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Held, TimelineEvent } from '@lab/sdk';
import type { BehaviourLists } from '../testbed/behaviour-lists.ts';

/** What a handle of an outside service needs beside that service. */
export interface ServiceOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  onEvent(event: Omit<TimelineEvent, 'atMs'>): void;
}

/** What one attempt has put on a dependency; all of it can be released at once. */
export interface Owner {
  /** Says that it is on, and hands out its release, which undoes once. */
  own<T extends object>(name: string, held: T, undo: () => Promise<unknown>): T & Held;
  /** Tells a service which knows one list of behaviours only what all that ask for some want of it together. */
  behave<B>(name: string, wanted: BehaviourList<B>): Promise<Held>;
  releaseAll(): Promise<void>;
}

interface BehaviourList<B> {
  readonly mine: readonly B[];
  /** Of all handles of a testbed. */
  readonly all: BehaviourLists<B>;
  tell(behaviours: readonly B[]): Promise<void>;
}

export function createOwner(dependency: string, onEvent: ServiceOptions['onEvent']): Owner {
  const active = new Set<Held>();
  const own: Owner['own'] = (name, held, undo) => {
    onEvent({ event: 'fault', name, state: 'on', detail: { dependency } });
    let released: Promise<void> | undefined;
    const release = (): Promise<void> => {
      released ??= undo().then(() => {
        active.delete(owned);
        onEvent({ event: 'fault', name, state: 'off', detail: { dependency } });
      });
      return released;
    };
    const owned = { ...held, release, [Symbol.asyncDispose]: release };
    active.add(owned);
    return owned;
  };
  return {
    own,
    behave: async (name, { mine, all, tell }) => {
      await all.add(mine, tell);
      return own(name, {}, () => all.remove(mine, tell));
    },
    releaseAll: async () => {
      await Promise.all([...active].map((held) => held.release()));
    },
  };
}

const pollMs = 3;

/** Looks until there are so many, at most `withinMs`; resolves to those that are there then. */
export async function waitForCount<T>(
  { clock, signal }: ServiceOptions,
  { count = 1, withinMs }: { readonly count?: number; readonly withinMs: number },
  look: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const giveUpAtMs = clock.nowMs() + withinMs;
  for (;;) {
    const found = await look();
    if (found.length >= count || clock.nowMs() >= giveUpAtMs) return found;
    await sleep(pollMs, undefined, { signal });
  }
}

/** A service's clock is that of the epoch; the run's starts at 0. */
export function runMsOf(clock: Clock, epochMs: number): number {
  return epochMs - (performance.timeOrigin + performance.now()) + clock.nowMs();
}
