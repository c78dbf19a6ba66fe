import type { Held } from './handle.ts';

/** A webhook that came in at a customer's server. Times are of the run's clock. Nobody has checked its signature yet. */
export interface ReceivedMessage {
  readonly path: string;
  readonly atMs: number;
  /** Header `webhook-id`; so below. */
  readonly id: string | null;
  readonly timestamp: string | null;
  readonly signature: string | null;
  readonly requestId: string | null;
  readonly body: string;
  /** What the sender was told; null while it was told nothing. */
  readonly status: number | null;
  readonly endMs: number | null;
}

/** A message that was read, and whose sender does not know. */
export interface HeldMessage {
  readonly path: string;
  readonly id: string | null;
}

export interface ReceiverHold extends Held {
  /** Waits until this many messages are held (default 1), at most `withinMs`; resolves to those that are. */
  waitFor(options: { readonly withinMs: number; readonly count?: number }): Promise<readonly HeldMessage[]>;
}

/** What customers' servers do to messages that match, for as long as it is in force. */
export interface ReceiverBehaviour {
  /** Only messages to this path. */
  readonly path?: string;
  /** How often it applies; default: always. */
  readonly times?: number;
  readonly does:
    | { readonly kind: 'latency'; readonly latencyMs: number; readonly jitterMs: number }
    | {
        readonly kind: 'answer';
        readonly status: number;
        readonly retryAfterSeconds?: number;
        readonly location?: string;
        readonly body?: string;
      }
    /** A share of the messages, from 0 to 1, is answered with this status. */
    | { readonly kind: 'error'; readonly rate: number; readonly status: number }
    /** Reads everything and never answers. */
    | { readonly kind: 'silent' }
    /** Resets the connection. */
    | { readonly kind: 'close' }
    /** Begins an answer and resets the connection. */
    | { readonly kind: 'truncate'; readonly status: number }
    /** Begins an answer that does not end. */
    | { readonly kind: 'trickle'; readonly status: number };
}

/**
 * The servers of customers to which webhooks are sent: one port, and a path for each endpoint. No proxy stands before
 * them, so what a process had sent in the moment of its death may still come in.
 */
export interface ReceiverHandle {
  /** The address of an endpoint, for whoever registers it. The path begins with a slash. */
  urlOf(path: string): string;
  /** Holds answers: the message was read. */
  hold(only?: { readonly path?: string }): Promise<ReceiverHold>;
  /** In order: latency adds up, then the first of the others decides. */
  behave(behaviours: readonly ReceiverBehaviour[]): Promise<Held>;
  /** All messages of the run so far, or those to this path, in the order in which they came. */
  received(path?: string): Promise<readonly ReceivedMessage[]>;
}
