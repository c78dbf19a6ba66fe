import { concernsScan, type ScanHoldSpec } from './scan-behaviour.ts';
import type { ScanEntry } from './scan-ledger.ts';

export interface WaitingScan {
  readonly scan: number;
  readonly caller: string;
  readonly sha256: string;
  readonly bytes: number;
}

interface HeldScan {
  readonly entry: ScanEntry;
}

interface Hold<Scan> {
  readonly spec: ScanHoldSpec;
  /** How many scans it still takes. */
  left: number;
  /** In order of arrival. */
  readonly scans: Set<Scan>;
}

/** Scans whose verdict is kept back. */
export function createScanHolds<Scan extends HeldScan>(newId: () => string) {
  const holds = new Map<string, Hold<Scan>>();
  return {
    add(spec: ScanHoldSpec): string {
      const id = newId();
      holds.set(id, { spec, left: spec.times ?? Number.POSITIVE_INFINITY, scans: new Set() });
      return id;
    },
    /** True when the oldest hold that wants this scan has taken it. */
    take(scan: Scan, sha256: string): boolean {
      const subject = { caller: scan.entry.caller, sha256 };
      const hold = [...holds.values()].find(({ spec, left }) => left > 0 && concernsScan(spec, subject));
      if (!hold) return false;
      hold.left -= 1;
      hold.scans.add(scan);
      return true;
    },
    letGo(scan: Scan): void {
      for (const { scans } of holds.values()) scans.delete(scan);
    },
    /** In order of arrival; null for a hold that is not there. */
    waiting(id: string): readonly WaitingScan[] | null {
      const hold = holds.get(id);
      if (!hold) return null;
      return [...hold.scans].map(({ entry: { scan, caller, sha256, bytes } }) => {
        return { scan, caller, sha256: sha256 ?? '', bytes };
      });
    },
    /** Takes a hold away; what it held, in order of arrival. */
    remove(id: string): readonly Scan[] {
      const scans = [...(holds.get(id)?.scans ?? [])];
      holds.delete(id);
      return scans;
    },
    clear: () => holds.clear(),
  };
}
