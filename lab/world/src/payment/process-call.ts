import { charged, refusal, refusalBy } from './answers.ts';
import type { Fault, Rules } from './behaviour.ts';
import type { Answer, ChargeRequest, Decision } from './call.ts';
import type { Hold, Holds, OpenCall } from './holds.ts';
import type { ChargeEntry, Ledger } from './ledger.ts';

interface RememberedKey {
  readonly call: number;
  readonly request: ChargeRequest;
  /** Null where the first call was declined. */
  readonly made: ChargeEntry | null;
  readonly atMs: number;
}

export interface ProviderState {
  now(): number;
  newId(): string;
  readonly keyTtlMs: number;
  readonly ledger: Ledger;
  readonly rules: Rules;
  readonly holds: Holds;
  /** Of the account, not of one caller: what a worker began, another may ask about. */
  readonly keys: Map<string, RememberedKey>;
  /** Calls without an end; their keys are in flight. */
  readonly open: Map<number, OpenCall>;
}

const tooManyHeld = refusal(503, 'TOO_MANY_HELD');

export function receive(state: ProviderState, request: ChargeRequest): Decision {
  const entry = state.ledger.open({ ...request, method: 'POST' }, state.now());
  const call: OpenCall = { entry, request, reply: null };
  state.open.set(entry.call, call);
  const hold = state.holds.find('before', request);
  if (hold && state.holds.isFull()) return conclude(state, call, { reply: tooManyHeld });
  // Not even its key is looked at: who is held here has not been heard, and its twins are held beside it.
  return hold ? catchCall(hold, call) : act(state, call);
}

/** Takes a hold away: its calls go on, in order of arrival. */
export function release(state: ProviderState, holdId: string): readonly Decision[] {
  const hold = state.holds.get(holdId);
  if (!hold) return [];
  state.holds.remove(holdId);
  return [...hold.calls].map((call) =>
    hold.spec.at === 'before' ? act(state, call) : conclude(state, call, { reply: call.reply }),
  );
}

/** The call's answer is on its way, or its connection is being reset. */
export function finish({ open, now }: ProviderState, id: number): void {
  const call = open.get(id);
  if (!call || !open.delete(id)) return;
  const { entry, reply } = call;
  entry.outcome = reply === null ? 'lost' : 'answered';
  entry.status = reply?.status ?? null;
  entry.answeredAtMs = reply === null ? null : now();
}

/** The caller's connection is gone. */
export function drop({ open, holds }: ProviderState, id: number): void {
  const call = open.get(id);
  if (!call || !open.delete(id)) return;
  holds.letGo(call);
  call.entry.outcome = 'dropped';
}

function act(state: ProviderState, call: OpenCall): Decision {
  const { delayMs: afterMs, fault } = state.rules.match(call.request);
  const refused = refusalBy(fault?.behaviour);
  if (refused) {
    fault?.use();
    return conclude(state, call, { reply: refused, afterMs });
  }
  const hold = state.holds.find('after', call.request);
  // Before it acts: a call that no hold has room for must not have moved money.
  if (hold && state.holds.isFull()) return conclude(state, call, { reply: tooManyHeld, afterMs });
  const reply = charge(state, call, fault);
  if (reply.status !== 201) return conclude(state, call, { reply, afterMs });
  const isLost = fault?.behaviour.kind === 'lose-reply';
  if (isLost) fault?.use();
  call.reply = isLost ? null : reply;
  return hold ? catchCall(hold, call) : conclude(state, call, { reply: call.reply, afterMs });
}

function charge(state: ProviderState, { entry, request }: OpenCall, fault: Fault | null): Answer {
  const { ledger, keys, open } = state;
  const atMs = state.now();
  const row = { ...request, call: entry.call, atMs };
  const known = request.key === null ? undefined : keys.get(request.key);
  if (known && (open.has(known.call) || atMs - known.atMs < state.keyTtlMs)) {
    if (!isSameBody(known.request, request)) return refusal(422, 'KEY_REUSED');
    if (open.has(known.call)) return refusal(409, 'IN_FLIGHT');
    if (known.made) ledger.add({ ...row, id: known.made.id, replayOf: known.made.id });
    const first = answerFor(known.made);
    return { ...first, headers: { ...first.headers, 'idempotent-replayed': 'true' } };
  }
  const isDeclined = fault?.behaviour.kind === 'decline';
  if (isDeclined) fault?.use();
  const made = isDeclined ? null : ledger.add({ ...row, id: state.newId(), replayOf: null });
  if (made) entry.actedAtMs = atMs;
  if (request.key !== null) keys.set(request.key, { call: entry.call, request, made, atMs });
  return answerFor(made);
}

function answerFor(made: ChargeEntry | null): Answer {
  return made ? charged(made) : refusal(402, 'DECLINED');
}

function isSameBody(a: ChargeRequest, b: ChargeRequest): boolean {
  return a.reference === b.reference && a.amountCents === b.amountCents && a.currency === b.currency;
}

function catchCall(hold: Hold, call: OpenCall): Decision {
  hold.left -= 1;
  hold.calls.add(call);
  return { kind: 'hold', call: call.entry.call };
}

function conclude(
  state: ProviderState,
  open: OpenCall,
  { reply, afterMs = 0 }: { readonly reply: Answer | null; readonly afterMs?: number },
): Decision {
  open.reply = reply;
  const { call } = open.entry;
  if (afterMs === 0) finish(state, call);
  return reply === null ? { kind: 'reset', call, afterMs } : { kind: 'answer', call, afterMs, answer: reply };
}
