import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Clock,
  type Held,
  LabError,
  type PaymentBehaviour,
  type PaymentHandle,
  type PaymentHold,
  type ProviderCharge,
  type ReplicaName,
  type TimelineEvent,
} from '@lab/sdk';
import type { Behaviour, ChargeEntry, WorldControl } from '@lab/world';

interface PaymentOptions {
  readonly world: WorldControl | null;
  /** Shared by all handles of a testbed. */
  readonly behaviours: Set<readonly Behaviour[]>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  onEvent(event: Omit<TimelineEvent, 'atMs'>): void;
}

/** `releaseAll` undoes what an attempt left behind. */
export interface OwnedPayment extends PaymentHandle {
  releaseAll(): Promise<void>;
}

const pollMs = 3;

/** The payment provider, as an experiment may use it. Without one in the stack every call is a fault of the scenario. */
export function createPayment(options: PaymentOptions): OwnedPayment {
  const { world: given, behaviours: shared, clock, signal, onEvent } = options;
  const active = new Set<Held>();
  const world = (): WorldControl => {
    if (given === null) throw new LabError('E_NO_PAYMENT', { message: 'The stack has no payment provider.' });
    return given;
  };
  // The provider's clock is that of the epoch; the run's starts at 0.
  const toRunMs = (epochMs: number): number => epochMs - (performance.timeOrigin + performance.now()) + clock.nowMs();
  const own = <T extends object>(name: string, held: T, undo: () => Promise<unknown>): T & Held => {
    onEvent({ event: 'fault', name, state: 'on', detail: { dependency: 'payment' } });
    let released: Promise<void> | undefined;
    const release = (): Promise<void> => {
      released ??= undo().then(() => {
        active.delete(owned);
        onEvent({ event: 'fault', name, state: 'off', detail: { dependency: 'payment' } });
      });
      return released;
    };
    const owned = { ...held, release, [Symbol.asyncDispose]: release };
    active.add(owned);
    return owned;
  };

  return {
    hold: async (at, only = {}): Promise<PaymentHold> => {
      const hold = await world().hold({ at, ...only });
      const waitFor: PaymentHold['waitFor'] = async (reference, { withinMs, count = 1 }) => {
        const giveUpAtMs = clock.nowMs() + withinMs;
        for (;;) {
          const held = (await hold.waiting()).filter((call) => call.reference === reference);
          if (held.length >= count || clock.nowMs() >= giveUpAtMs) {
            return held.map((call) => ({ caller: call.caller as ReplicaName, reference: call.reference }));
          }
          await sleep(pollMs, undefined, { signal });
        }
      };
      return own(`payment-held-${at}`, { waitFor }, () => hold.release());
    },
    behave: async (behaviours) => {
      const mine = behaviours.map(toBehaviour);
      const tell = (): Promise<void> => world().setBehaviours([...shared].flat());
      shared.add(mine);
      await tell();
      return own('payment-misbehaves', {}, () => {
        shared.delete(mine);
        return tell();
      });
    },
    charges: async (reference) => {
      const { charges } = await world().ledger();
      return charges
        .filter((entry) => entry.replayOf === null && (reference === undefined || entry.reference === reference))
        .map((entry) => toCharge(entry, toRunMs));
    },
    attempts: async (reference) => {
      const { calls } = await world().ledger();
      return calls.filter((call) => call.method === 'POST' && call.reference === reference).length;
    },
    releaseAll: async () => {
      await Promise.all([...active].map((held) => held.release()));
    },
  };
}

function toBehaviour({ does, ...selector }: PaymentBehaviour): Behaviour {
  return { ...does, ...selector };
}

function toCharge(entry: ChargeEntry, toRunMs: (epochMs: number) => number): ProviderCharge {
  const { id, reference, amountCents, caller, atMs } = entry;
  return { id, reference, amountCents, caller: caller as ReplicaName, atMs: toRunMs(atMs) };
}
