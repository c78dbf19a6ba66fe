/** A call to charge, as it came in on the port of `caller`. */
export interface ChargeRequest {
  readonly caller: string;
  readonly reference: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly key: string | null;
  readonly requestId: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/**
 * What whoever has the connection must do with a call: send the answer, reset it, or keep it open. With
 * `afterMs` above 0: wait, then `finish` the call, then do it.
 */
export type Decision =
  | { readonly kind: 'answer'; readonly call: number; readonly afterMs: number; readonly answer: Answer }
  | { readonly kind: 'reset'; readonly call: number; readonly afterMs: number }
  | { readonly kind: 'hold'; readonly call: number };

/** A call that is held now. */
export interface WaitingCall {
  readonly call: number;
  readonly caller: string;
  readonly reference: string;
}
