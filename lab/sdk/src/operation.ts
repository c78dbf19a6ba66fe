import type { ApiName } from './stack.ts';

/**
 * What the client knows of a call. `ok`: it took effect (2xx). `fail`: it certainly did not (4xx,
 * connection refused). `unknown`: it may have, now or later (5xx, time-out, connection lost).
 */
export type Outcome = 'ok' | 'fail' | 'unknown';

/** One call of one of the lab's own clients, as the ledger keeps it. */
export interface Operation {
  /** Number in the order in which the calls started, from 1. Findings refer to operations by it. */
  readonly id: number;
  /** The experiment that made the call; absent for calls outside one. */
  readonly experiment?: string;
  /** The client that made the call: one client never has two calls under way. */
  readonly client: string;
  readonly kind: 'read' | 'write';
  /** Where the value was looked for, as `detail`, `list` or `search`. */
  readonly view: string;
  readonly replica: ApiName;
  /** What the call was about, as a book id. */
  readonly key: string;
  /** The value written, or the value read; `null` when there was none in the answer. */
  readonly value: number | null;
  /** Milliseconds since the run's clock started. */
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly requestId?: string;
  /** Problem code or network error, when the outcome is not `ok`. */
  readonly error?: string;
}
