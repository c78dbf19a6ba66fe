/** Tokens come back evenly, `limit` of them in `windowMs`; no more than `burst` are ever saved up. */
export interface BucketLimit {
  readonly kind: 'bucket';
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly burst: number;
}

/** At most `limit` in any time of `windowMs`. */
export interface WindowLimit {
  readonly kind: 'window';
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
}

/** At most `limit` at the same time. A slot that is not given back becomes free after `leaseMs`. */
export interface SlotLimit {
  readonly kind: 'slots';
  readonly name: string;
  readonly limit: number;
  readonly leaseMs: number;
}

/** One rule. Its name is unique among the rules of a subject, and callers see it in headers. */
export type Limit = BucketLimit | WindowLimit | SlotLimit;

/** What is asked of a limit. All numbers are whole; the time is always of one and the same clock. */
export interface Ask {
  readonly nowMs: number;
  /** Of a request, in tokens. 0 asks for nothing and shows how things stand. */
  readonly cost: number;
}

export interface Outcome {
  readonly allowed: boolean;
  /** Requests that would be accepted right after this one. */
  readonly remaining: number;
  /** After how long the same request is accepted, if nobody comes in between: 0 if it is, Infinity if it never will be. */
  readonly retryAfterMs: number;
  /** After how long `remaining` grows. */
  readonly moreInMs: number;
}

export interface Taken<State> extends Outcome {
  readonly state: State;
  /** After this time a missing state means the same as this one, so the store may forget it. */
  readonly ttlMs: number;
}
