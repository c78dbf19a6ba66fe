import type { Held } from './handle.ts';
import type { ReplicaName } from './stack.ts';

/** A stream that somebody began to send to the scanner, as its own ledger has it. Times are of the run's clock. */
export interface Scan {
  readonly caller: ReplicaName;
  readonly startMs: number;
  readonly endMs: number | null;
  readonly bytes: number;
  /** Of all bytes, in hexadecimal; null for a stream that was not read to its end. */
  readonly sha256: string | null;
  /** Whether the test virus is in what was read. */
  readonly isInfected: boolean;
  /** What the caller was told; null while it was told nothing. */
  readonly reply: string | null;
}

/** A scan whose verdict is held: every byte was read. */
export interface HeldScan {
  readonly caller: ReplicaName;
  readonly sha256: string;
  readonly bytes: number;
}

export interface ScanHold extends Held {
  /** Waits until this many scans are held (default 1), at most `withinMs`; resolves to those that are. */
  waitFor(options: { readonly withinMs: number; readonly count?: number }): Promise<readonly HeldScan[]>;
}

/** What the scanner does to scans that match, for as long as it is in force. */
export interface ScanBehaviour {
  readonly caller?: ReplicaName;
  /** Only scans of these bytes. Not for `down`, `limit` and `cut`, which concern connections. */
  readonly sha256?: string;
  /** How often it applies; default: always. */
  readonly times?: number;
  readonly does:
    | { readonly kind: 'latency'; readonly latencyMs: number; readonly jitterMs: number }
    /** Reads everything and never answers. */
    | { readonly kind: 'silent' }
    /** Another word than the true one, as `stream: OK`. */
    | { readonly kind: 'reply'; readonly text: string }
    /** Resets each connection at once. */
    | { readonly kind: 'down' }
    /** After so many bytes: says that there are too many. */
    | { readonly kind: 'limit'; readonly bytes: number }
    /** Resets the connection after so many bytes. */
    | { readonly kind: 'cut'; readonly bytes: number };
}

/** The virus scanner, past all proxies. */
export interface ScannerHandle {
  /** Holds verdicts, after the last byte was read. */
  hold(only?: { readonly sha256?: string; readonly caller?: ReplicaName }): Promise<ScanHold>;
  /** In order: latency adds up, then the first of the others decides. */
  behave(behaviours: readonly ScanBehaviour[]): Promise<Held>;
  /** All scans of the run so far, or those of these bytes, in the order in which they began. */
  scans(sha256?: string): Promise<readonly Scan[]>;
  /** The test virus that every scanner knows; harmless. */
  testVirus(): Uint8Array;
}
