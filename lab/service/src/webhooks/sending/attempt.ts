/** What became of one attempt at a delivery. */
export type Attempt =
  /** By the endpoint, with any status. */
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfterMs: number | undefined;
      /** How the body of a refusal began. */
      readonly excerpt: string | null;
    }
  /** No answer in time, no connection, no address that may be called. The message is for the tenant. */
  | { readonly kind: 'unanswered'; readonly message: string }
  /** An error of our own that this delivery meets. It says nothing about the endpoint. */
  | { readonly kind: 'broken'; readonly error: unknown }
  /** Ended by us before its end: it says nothing at all. */
  | { readonly kind: 'interrupted' };
