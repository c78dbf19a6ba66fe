import type { Held } from './handle.ts';
import type { ReplicaName } from './stack.ts';

/** A charge, as the payment provider's own ledger has it: money that moved. */
export interface ProviderCharge {
  readonly id: string;
  /** What the caller says it is for: ShelfWise sends the order's id. */
  readonly reference: string;
  readonly amountCents: number;
  readonly caller: ReplicaName;
  /** Milliseconds since the run's clock started. */
  readonly atMs: number;
}

/** A request to charge, as the provider saw it. Times are of the run's clock. */
export interface ProviderCall {
  readonly reference: string;
  readonly caller: ReplicaName;
  readonly atMs: number;
  /** What the caller was told, and when; null while it was told nothing, or where its connection went first. */
  readonly status: number | null;
  readonly endMs: number | null;
}

/** A request that is held at the provider. */
export interface HeldCall {
  readonly caller: ReplicaName;
  readonly reference: string | null;
}

export interface PaymentHold extends Held {
  /** Waits until this many requests with the reference are held (default 1), at most `withinMs`; resolves to those that are. */
  waitFor(
    reference: string,
    options: { readonly withinMs: number; readonly count?: number },
  ): Promise<readonly HeldCall[]>;
}

/** What the provider does to requests that match, for as long as it is in force. */
export interface PaymentBehaviour {
  /** Only requests about this reference. */
  readonly reference?: string;
  readonly caller?: ReplicaName;
  /** How often it applies; default: always. */
  readonly times?: number;
  readonly does:
    | { readonly kind: 'latency'; readonly latencyMs: number; readonly jitterMs: number }
    /** Answers without acting. */
    | { readonly kind: 'answer'; readonly status: number; readonly retryAfterSeconds?: number }
    /** 402: the customer's bank says no, for good. */
    | { readonly kind: 'decline' }
    /** Acts, then drops the connection: the caller cannot know. */
    | { readonly kind: 'lose-reply' };
}

/** The payment provider of the outside world, past all proxies. */
export interface PaymentHandle {
  /**
   * Holds requests: `before` the provider acts (a caller that dies meanwhile was never heard), or `after` it has
   * acted and before it answers.
   */
  hold(
    at: 'before' | 'after',
    only?: { readonly reference?: string; readonly caller?: ReplicaName },
  ): Promise<PaymentHold>;
  behave(behaviours: readonly PaymentBehaviour[]): Promise<Held>;
  /** All charges of the run so far, or those with this reference, in the order in which they were made. */
  charges(reference?: string): Promise<readonly ProviderCharge[]>;
  /** Number of requests to charge with this reference that reached the provider. */
  attempts(reference: string): Promise<number>;
  /** All requests to charge of the run so far, in the order in which they came. */
  calls(): Promise<readonly ProviderCall[]>;
}
