import { createHash } from 'node:crypto';
import { createEicarFinder, eicarSignature } from './eicar.ts';
import { createScanRules, type ScanBehaviour } from './scan-behaviour.ts';
import { createScanHolds } from './scan-holds.ts';
import { createScanLedger, type ScanEntry } from './scan-ledger.ts';

export interface ScannerOptions {
  /** Milliseconds since the epoch; never goes back. */
  now(): number;
  newId(): string;
  /** In [0, 1). */
  random(): number;
  /** StreamMaxLength of clamd. Default 2 GB. */
  readonly streamBytesMax?: number;
}

/** What whoever has the connection must do. `reply` without the end mark. */
export type ScanDecision =
  | { readonly kind: 'go-on' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'reply'; readonly text: string; readonly afterMs: number };

/** One stream that is being read. */
export interface OpenScan {
  readonly entry: ScanEntry;
  readonly hash: ReturnType<typeof createHash>;
  readonly finder: ReturnType<typeof createEicarFinder>;
}

export type Scanner = ReturnType<typeof createScanner>;

const overLimit = 'INSTREAM size limit exceeded. ERROR';
const goOn: ScanDecision = { kind: 'go-on' };

/** A virus scanner as a state machine: bytes go in, decisions come out; nothing is sent and no time passes. */
export function createScanner({ now, newId, random, streamBytesMax = 2_000_000_000 }: ScannerOptions) {
  const ledger = createScanLedger();
  const rules = createScanRules();
  const holds = createScanHolds<OpenScan>(newId);
  const open = new Set<OpenScan>();

  return {
    /** False for a connection that is reset at once. */
    accept(caller: string): boolean {
      const [down] = rules.match(['down'], { caller });
      down?.use();
      return down === undefined;
    },
    begin(caller: string): OpenScan {
      const scan = { entry: ledger.open(caller, now()), hash: createHash('sha256'), finder: createEicarFinder() };
      open.add(scan);
      return scan;
    },
    read(scan: OpenScan, bytes: Uint8Array): ScanDecision {
      const { entry, hash, finder } = scan;
      entry.bytes += bytes.length;
      hash.update(bytes);
      finder.push(bytes);
      entry.isInfected = finder.isFound();
      const matching = rules.match(['limit', 'cut'], { caller: entry.caller });
      const rule = matching.find(({ behaviour }) => entry.bytes > behaviour.bytes);
      rule?.use();
      if (rule?.behaviour.kind === 'cut') return end(scan, 'cut', { kind: 'reset' });
      return rule || entry.bytes > streamBytesMax ? { kind: 'reply', text: overLimit, afterMs: 0 } : goOn;
    },
    /** The last byte was read. */
    finish(scan: OpenScan): ScanDecision {
      scan.entry.sha256 = scan.hash.digest('hex');
      return holds.take(scan, scan.entry.sha256) ? { kind: 'wait' } : decide(scan, scan.entry.sha256);
    },
    /** The reply is on its way. */
    sent(scan: OpenScan, text: string): void {
      scan.entry.reply = text;
      end(scan, 'answered', goOn);
    },
    /** The caller's connection is gone. Harmless for a scan that has ended. */
    drop(scan: OpenScan): void {
      holds.letGo(scan);
      if (scan.entry.outcome === 'open') end(scan, 'dropped', goOn);
    },
    setBehaviours: (behaviours: readonly ScanBehaviour[]): void => rules.replace(behaviours),
    hold: holds.add,
    waiting: holds.waiting,
    /** Takes a hold away: its scans are decided, in order of arrival. */
    release(holdId: string): readonly { readonly scan: OpenScan; readonly decision: ScanDecision }[] {
      return holds.remove(holdId).map((scan) => ({ scan, decision: decide(scan, scan.entry.sha256 ?? '') }));
    },
    ledger: ledger.page,
    /** A new scanner. Scans that are open are reset. */
    reset(): readonly OpenScan[] {
      const scans = [...open];
      for (const part of [ledger, holds, open]) part.clear();
      rules.replace([]);
      return scans;
    },
  };

  function decide(scan: OpenScan, sha256: string): ScanDecision {
    let afterMs = 0;
    const subject = { caller: scan.entry.caller, sha256 };
    for (const { behaviour, use } of rules.match(['latency', 'silent', 'reply'], subject)) {
      use();
      if (behaviour.kind === 'silent') return end(scan, 'silent', { kind: 'wait' });
      if (behaviour.kind === 'reply') return { kind: 'reply', text: behaviour.text, afterMs };
      afterMs += Math.max(0, behaviour.latencyMs + behaviour.jitterMs * (2 * random() - 1));
    }
    const text = scan.entry.isInfected ? `stream: ${eicarSignature} FOUND` : 'stream: OK';
    return { kind: 'reply', text, afterMs };
  }

  function end(scan: OpenScan, outcome: ScanEntry['outcome'], decision: ScanDecision): ScanDecision {
    open.delete(scan);
    scan.entry.outcome = outcome;
    scan.entry.endedAtMs = now();
    return decision;
  }
}
