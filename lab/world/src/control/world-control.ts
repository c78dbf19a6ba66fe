import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '@lab/sdk';
import type { Behaviour, HoldSpec } from '../payment/behaviour.ts';
import type { WaitingCall } from '../payment/call.ts';
import type { CallEntry, ChargeEntry, LedgerPage } from '../payment/ledger.ts';

export interface WorldControlOptions {
  /** Of the control port, as `http://127.0.0.1:4800`. */
  readonly url: string;
  readonly token: string;
  /** Ends what is waited for. Releasing and resetting go on: they undo. */
  readonly signal: AbortSignal;
}

export interface WorldHold extends AsyncDisposable {
  readonly id: string;
  waiting(): Promise<readonly WaitingCall[]>;
  /** Waits until so many calls are held, at most `withinMs`. Resolves to those that are; fewer: it did not happen. */
  waitFor(options: { readonly count: number; readonly withinMs: number }): Promise<readonly WaitingCall[]>;
  /** Lets the calls go on, in order of arrival; resolves to how many. Twice is harmless. */
  release(): Promise<number>;
}

export interface WorldLedger {
  readonly calls: readonly Readonly<CallEntry>[];
  readonly charges: readonly ChargeEntry[];
  /** Calls that were too old to keep. */
  readonly callsDropped: number;
}

export interface WorldControl {
  ping(): Promise<void>;
  /** Replaces all behaviours; their counts begin anew. */
  setBehaviours(behaviours: readonly Behaviour[]): Promise<void>;
  hold(spec: HoldSpec): Promise<WorldHold>;
  /** All rows after the two cursors, as of now. Rows of open calls change later. */
  ledger(since?: { readonly call: number; readonly charge: number }): Promise<WorldLedger>;
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const timeoutMs = 5_000;
const pollEveryMs = 3;

/** A client of the world's control API. Every call answers within 5 s or throws E_WORLD_NO_ANSWER. */
export function createWorldControl({ signal, ...target }: WorldControlOptions): WorldControl {
  const ask: Ask = (method, path, options) => askWorld(target, { method, path, signal, ...options });
  const undo: Ask = (method, path) => askWorld(target, { method, path });
  return {
    ping: async () => void (await ask('GET', '/ping')),
    setBehaviours: async (behaviours) => void (await ask('PUT', '/behaviours', { body: behaviours })),
    async hold(spec) {
      const { id } = (await ask('POST', '/holds', { body: spec })) as { id: string };
      return holdOf(id, { ask, undo, signal });
    },
    ledger: (since = { call: 0, charge: 0 }) => readLedger(ask, since),
    reset: async () => void (await undo('POST', '/reset')),
    stop: async () => void (await undo('POST', '/stop')),
  };
}

type Ask = (method: string, path: string, options?: { readonly body?: unknown }) => Promise<unknown>;

function holdOf(id: string, { ask, undo, signal }: { ask: Ask; undo: Ask; signal: AbortSignal }): WorldHold {
  const waiting = async () => ((await ask('GET', `/holds/${id}`)) as { waiting: WaitingCall[] }).waiting;
  const release = async () => ((await undo('DELETE', `/holds/${id}`)) as { released: number }).released;
  return {
    id,
    waiting,
    async waitFor({ count, withinMs }) {
      const giveUpAt = performance.now() + withinMs;
      for (;;) {
        const held = await waiting();
        if (held.length >= count || performance.now() >= giveUpAt) return held;
        await sleep(pollEveryMs, undefined, { signal });
      }
    },
    release,
    [Symbol.asyncDispose]: async () => void (await release()),
  };
}

async function readLedger(ask: Ask, since: { readonly call: number; readonly charge: number }): Promise<WorldLedger> {
  const calls: Readonly<CallEntry>[] = [];
  const charges: ChargeEntry[] = [];
  let { call, charge } = since;
  let end: LedgerPage | null = null;
  for (;;) {
    const page = (await ask('GET', `/ledger?sinceCall=${call}&sinceCharge=${charge}`)) as LedgerPage;
    // As of the first page: under load the end would move away for ever.
    end ??= page;
    calls.push(...page.calls);
    charges.push(...page.charges);
    call = page.calls.at(-1)?.call ?? end.lastCall;
    charge = page.charges.at(-1)?.seq ?? end.lastCharge;
    if (call >= end.lastCall && charge >= end.lastCharge) return { calls, charges, callsDropped: page.callsDropped };
  }
}

interface WorldRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** One call of the control API. Throws E_WORLD_REFUSED or E_WORLD_NO_ANSWER. */
export async function askWorld(
  target: { readonly url: string; readonly token: string },
  request: WorldRequest,
): Promise<unknown> {
  const { method, path, body, signal } = request;
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(new URL(path, target.url), {
      method,
      headers: { authorization: `Bearer ${target.token}`, 'content-type': 'application/json' },
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return text === '' ? null : JSON.parse(text);
    throw new LabError('E_WORLD_REFUSED', {
      message: `The world answered ${response.status} to ${method} ${path}: ${text}`,
    });
  } catch (error) {
    if (error instanceof LabError) throw error;
    signal?.throwIfAborted();
    throw new LabError('E_WORLD_NO_ANSWER', { message: `The world did not answer ${method} ${path}.`, cause: error });
  }
}
