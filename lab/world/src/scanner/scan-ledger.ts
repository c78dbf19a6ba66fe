/**
 * `open`: no end yet. `silent`: it was read and will not be answered. `cut`: the scanner reset the connection.
 * `dropped`: the caller's connection went first.
 */
export type ScanOutcome = 'open' | 'answered' | 'silent' | 'cut' | 'dropped';

/** One stream that somebody began to send. */
export interface ScanEntry {
  /** From 1, ascending, also across resets. */
  readonly scan: number;
  readonly caller: string;
  readonly startedAtMs: number;
  bytes: number;
  /** Of all bytes; null for a stream that was not read to its end. */
  sha256: string | null;
  /** Whether the test virus is in what was read. */
  isInfected: boolean;
  /** What the caller was told, without the end mark; null while it was told nothing. */
  reply: string | null;
  endedAtMs: number | null;
  outcome: ScanOutcome;
}

export interface ScanPage {
  readonly scans: readonly Readonly<ScanEntry>[];
  /** The newest of the whole ledger, not of this page. */
  readonly last: number;
}

const scansMax = 100_000;

export function createScanLedger() {
  let scans: ScanEntry[] = [];
  let last = 0;
  return {
    open(caller: string, atMs: number): ScanEntry {
      last += 1;
      const entry: ScanEntry = {
        scan: last,
        caller,
        startedAtMs: atMs,
        bytes: 0,
        sha256: null,
        isInfected: false,
        reply: null,
        endedAtMs: null,
        outcome: 'open',
      };
      scans.push(entry);
      // Half at once: taking one off the front moves all others.
      if (scans.length > scansMax) scans = scans.slice(-scansMax / 2);
      return entry;
    },
    /** What came after a cursor. A scan on it may get its end later. */
    page(since: number, limit: number): ScanPage {
      return { scans: scans.filter(({ scan }) => scan > since).slice(0, limit), last };
    },
    clear(): void {
      scans = [];
    },
  };
}
