import { createReceipts, type Message, type Receipt } from './receipts.ts';
import { createReceiverRules, type ReceiverBehaviour, type ReceiverHoldSpec } from './receiver-behaviour.ts';
import { createReceiverHolds } from './receiver-holds.ts';

export interface ReceiverOptions {
  /** Milliseconds since the epoch; never goes back. */
  now(): number;
  newId(): string;
  /** In [0, 1). */
  random(): number;
}

interface ReceiverAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What whoever has the connection must do, after `afterMs`. `wait`: nothing for now, or for ever. */
export type ReceiverDecision =
  | { readonly kind: 'wait' }
  | { readonly kind: 'reset'; readonly afterMs: number }
  | { readonly kind: 'answer'; readonly afterMs: number; readonly answer: ReceiverAnswer }
  /** Begins an answer, and then resets the connection, or goes on for ever. */
  | { readonly kind: 'truncate' | 'trickle'; readonly afterMs: number; readonly status: number };

export type Receiver = ReturnType<typeof createReceiver>;

/** Somebody who is told of events, as a state machine: messages go in, decisions come out; nothing is sent. */
export function createReceiver({ now, newId, random }: ReceiverOptions) {
  const receipts = createReceipts();
  const rules = createReceiverRules(random);
  const holds = createReceiverHolds(newId);
  const open = new Set<Receipt>();

  return {
    /** A message was read to its end. */
    receive(message: Message): { readonly receipt: Receipt; readonly decision: ReceiverDecision } {
      const receipt = receipts.open(message, now());
      open.add(receipt);
      return { receipt, decision: holds.take(receipt) ? { kind: 'wait' } : decide(receipt) };
    },
    /** The status is on its way. An answer that breaks off has told it too. */
    answered(receipt: Receipt, status: number): void {
      receipt.status = status;
      end(receipt, 'answered');
    },
    /** The connection was reset, after a status or without one. */
    cut(receipt: Receipt, status: number | null): void {
      receipt.status = status;
      end(receipt, 'cut');
    },
    /** The sender's connection is gone. Harmless for a message that has its end. */
    drop(receipt: Receipt): void {
      holds.letGo(receipt);
      if (receipt.outcome === 'open') end(receipt, 'dropped');
    },
    setBehaviours: (behaviours: readonly ReceiverBehaviour[]): void => rules.replace(behaviours),
    hold: (spec: ReceiverHoldSpec): string => holds.add(spec),
    waiting: holds.waiting,
    /** Takes a hold away: its messages are decided, in order of arrival. */
    release: (holdId: string) => holds.remove(holdId).map((receipt) => ({ receipt, decision: decide(receipt) })),
    receipts: receipts.page,
    /** A new receiver. Messages that are open are reset. */
    reset(): readonly Receipt[] {
      const cut = [...open];
      for (const part of [receipts, holds, open]) part.clear();
      rules.replace([]);
      return cut;
    },
  };

  function decide(receipt: Receipt): ReceiverDecision {
    const { afterMs, deciding } = rules.match(receipt);
    switch (deciding?.kind) {
      case 'silent':
        end(receipt, 'silent');
        return { kind: 'wait' };
      case 'close':
        return { kind: 'reset', afterMs };
      case 'truncate':
      case 'trickle':
        return { kind: deciding.kind, afterMs, status: deciding.status };
      case 'error':
        return { kind: 'answer', afterMs, answer: { status: deciding.status, headers: {}, body: '' } };
      case 'answer':
        return { kind: 'answer', afterMs, answer: answerOf(deciding) };
      case undefined:
        return { kind: 'answer', afterMs, answer: { status: 204, headers: {}, body: '' } };
    }
  }

  function end(receipt: Receipt, outcome: Receipt['outcome']): void {
    open.delete(receipt);
    receipt.outcome = outcome;
    receipt.endedAtMs = now();
  }
}

function answerOf(behaviour: Extract<ReceiverBehaviour, { kind: 'answer' }>): ReceiverAnswer {
  const { status, retryAfterSeconds, location, body = '' } = behaviour;
  return {
    status,
    headers: {
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
      ...(location === undefined ? {} : { location }),
    },
    body,
  };
}
