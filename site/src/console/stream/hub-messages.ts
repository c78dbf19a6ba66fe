import type { LabEvent, StreamState } from './follow-events.ts';

/** What a tab tells the one that holds the stream for all tabs. */
export type ToHub =
  | {
      readonly kind: 'join';
      /** Null: this tab has none. */
      readonly token: string | null;
      /** Handed over by `lab open` this moment; one that a tab remembers may be of a lab that is gone. */
      readonly isFresh: boolean;
      /** Whether it shows the running session. */
      readonly wantsEvents: boolean;
    }
  | { readonly kind: 'leave' };

/** What it is told. */
export type FromHub =
  | { readonly kind: 'token'; readonly token: string | null }
  | { readonly kind: 'state'; readonly state: StreamState }
  | { readonly kind: 'events'; readonly events: readonly LabEvent[] };
