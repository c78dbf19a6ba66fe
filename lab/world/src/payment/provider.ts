import { charged, publicCharge, refusal } from './answers.ts';
import { type Behaviour, createRules, type HoldSpec } from './behaviour.ts';
import type { Answer, ChargeRequest, Decision, WaitingCall } from './call.ts';
import { createHolds } from './holds.ts';
import { type CallEntry, createLedger } from './ledger.ts';
import { drop, finish, type ProviderState, receive, release } from './process-call.ts';

export interface ProviderOptions {
  /** Milliseconds since the epoch; never goes back. */
  now(): number;
  newId(): string;
  /** In [0, 1). */
  random(): number;
  /** How long a key is remembered. Default: for ever. */
  readonly keyTtlMs?: number;
  /** Calls that the ledger keeps. Default 200,000. */
  readonly callsMax?: number;
  /** Calls held at once; more are answered 503. Default 2,000. */
  readonly heldMax?: number;
}

type Lookup = Pick<CallEntry, 'caller' | 'requestId'>;

export type Provider = ReturnType<typeof createProvider>;

/** A payment provider as a state machine: calls go in, decisions come out; nothing is sent and no time passes. */
export function createProvider({ now, newId, random, ...limits }: ProviderOptions) {
  const { keyTtlMs = Number.POSITIVE_INFINITY, callsMax = 200_000, heldMax = 2_000 } = limits;
  const ledger = createLedger({ callsMax });
  const rules = createRules(random);
  const holds = createHolds({ newId, heldMax });
  const state: ProviderState = { now, newId, keyTtlMs, ledger, rules, holds, keys: new Map(), open: new Map() };
  const lookUp = (by: Lookup & Pick<CallEntry, 'reference'>, answer: Answer): Answer => {
    const entry = ledger.open({ ...by, method: 'GET', key: null }, now());
    return Object.assign(entry, { status: answer.status, answeredAtMs: now(), outcome: 'answered' }) && answer;
  };
  return {
    receive: (request: ChargeRequest): Decision => receive(state, request),
    /** A delayed answer is being sent. */
    finish: (call: number): void => finish(state, call),
    /** The caller's connection is gone. Harmless for a call that has ended. */
    drop: (call: number): void => drop(state, call),
    /** Always true to the ledger: no behaviour and no hold concerns a question. */
    chargesFor(reference: string, by: Lookup): Answer {
      const charges = ledger.chargesFor(reference).map(publicCharge);
      return lookUp({ ...by, reference }, { status: 200, headers: {}, body: { charges } });
    },
    charge(id: string, by: Lookup): Answer {
      const found = ledger.charge(id);
      const answer = found ? { ...charged(found), status: 200 } : refusal(404, 'NOT_FOUND');
      return lookUp({ ...by, reference: found?.reference ?? null }, answer);
    },
    setBehaviours: (behaviours: readonly Behaviour[]): void => rules.replace(behaviours),
    /** The new hold's id; null when there are too many. */
    hold: (spec: HoldSpec): string | null => holds.add(spec),
    /** In order of arrival; null for a hold that is not there. */
    waiting(holdId: string): readonly WaitingCall[] | null {
      const calls = [...(holds.get(holdId)?.calls ?? [])];
      const waiting = calls.map(({ entry: { call, caller }, request: { reference } }) => ({ call, caller, reference }));
      return holds.get(holdId) ? waiting : null;
    },
    /** Takes a hold away: its calls go on, in order of arrival. Empty for a hold that is not there. */
    release: (holdId: string): readonly Decision[] => release(state, holdId),
    ledger: ledger.page,
    /** A new provider: no behaviour, hold, key or row. Calls that are open are reset. */
    reset(): readonly Decision[] {
      const decisions = [...state.open.keys()].map((call): Decision => ({ kind: 'reset', call, afterMs: 0 }));
      for (const part of [ledger, holds, state.keys, state.open]) part.clear();
      rules.replace([]);
      return decisions;
    },
  };
}
