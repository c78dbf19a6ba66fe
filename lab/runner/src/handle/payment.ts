import {
  type Clock,
  LabError,
  type PaymentBehaviour,
  type PaymentHandle,
  type PaymentHold,
  type ProviderCall,
  type ProviderCharge,
  type ReplicaName,
} from '@lab/sdk';
import type { Behaviour, CallEntry, ChargeEntry, WorldControl } from '@lab/world';
import type { Scripted } from '../testbed/outside-world.ts';
import { createOwner, runMsOf, type ServiceOptions, waitForCount } from './owned.ts';

interface PaymentOptions extends ServiceOptions {
  /** Null: the stack has none. */
  readonly service: Scripted<WorldControl, Behaviour> | null;
}

/** `releaseAll` undoes what an attempt left behind. */
export interface OwnedPayment extends PaymentHandle {
  releaseAll(): Promise<void>;
}

/** The payment provider, as an experiment may use it. Without one in the stack every call is a fault of the scenario. */
export function createPayment(options: PaymentOptions): OwnedPayment {
  const { clock } = options;
  const owner = createOwner('payment', options.onEvent);
  const service = (): Scripted<WorldControl, Behaviour> => {
    if (options.service !== null) return options.service;
    throw new LabError('E_NO_PAYMENT', { message: 'The stack has no payment provider.' });
  };
  return {
    hold: async (at, only = {}): Promise<PaymentHold> => {
      const hold = await service().control.hold({ at, ...only });
      const waitFor: PaymentHold['waitFor'] = async (reference, wanted) => {
        const held = await waitForCount(options, wanted, async () =>
          (await hold.waiting()).filter((call) => call.reference === reference),
        );
        return held.map((call) => ({ caller: call.caller as ReplicaName, reference: call.reference }));
      };
      return owner.own(`payment-held-${at}`, { waitFor }, () => hold.release());
    },
    behave: async (behaviours) => {
      const { control, behaviours: all } = service();
      const tell = (list: readonly Behaviour[]): Promise<void> => control.setBehaviours(list);
      return await owner.behave('payment-misbehaves', { mine: behaviours.map(toBehaviour), all, tell });
    },
    charges: async (reference) => {
      const { charges } = await service().control.ledger();
      return charges
        .filter((entry) => entry.replayOf === null && (reference === undefined || entry.reference === reference))
        .map((entry) => toCharge(entry, clock));
    },
    attempts: async (reference) => {
      const { calls } = await service().control.ledger();
      return calls.filter((call) => call.method === 'POST' && call.reference === reference).length;
    },
    calls: async () => {
      const { calls } = await service().control.ledger();
      return calls.flatMap((entry) => (entry.method === 'POST' ? [toCall(entry, clock)] : []));
    },
    releaseAll: owner.releaseAll,
  };
}

function toCall(entry: CallEntry, clock: Clock): ProviderCall {
  const { reference, caller, status, receivedAtMs, answeredAtMs } = entry;
  return {
    reference: reference ?? '',
    caller: caller as ReplicaName,
    atMs: runMsOf(clock, receivedAtMs),
    status,
    endMs: answeredAtMs === null ? null : runMsOf(clock, answeredAtMs),
  };
}

function toBehaviour({ does, ...selector }: PaymentBehaviour): Behaviour {
  return { ...does, ...selector };
}

function toCharge(entry: ChargeEntry, clock: Clock): ProviderCharge {
  const { id, reference, amountCents, caller, atMs } = entry;
  return { id, reference, amountCents, caller: caller as ReplicaName, atMs: runMsOf(clock, atMs) };
}
