/** One row per charge that was answered for: a row without `replayOf` is money that moved. */
export interface ChargeEntry {
  /** From 1, ascending, also across resets; so are calls. */
  readonly seq: number;
  /** The call that caused it. */
  readonly call: number;
  readonly id: string;
  readonly reference: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly caller: string;
  readonly key: string | null;
  readonly requestId: string | null;
  /** Milliseconds since the epoch, with fractions; never goes back. So are all times here. */
  readonly atMs: number;
  /** Id of the charge that a repeated key was answered with once more. No money moved. */
  readonly replayOf: string | null;
}

/** `held`: no answer yet. `lost`: the provider reset the connection. `dropped`: the caller's connection went first. */
export type CallOutcome = 'answered' | 'lost' | 'held' | 'dropped';

export interface CallEntry {
  readonly call: number;
  readonly caller: string;
  readonly method: 'GET' | 'POST';
  readonly reference: string | null;
  readonly key: string | null;
  readonly requestId: string | null;
  /** What the caller was sent; null while it was sent nothing. */
  status: number | null;
  readonly receivedAtMs: number;
  /** When money moved; null for a call that moved none, a replay too. */
  actedAtMs: number | null;
  answeredAtMs: number | null;
  outcome: CallOutcome;
}

/** What came after two cursors, at most `limit` of each. A call on it may get its outcome later. */
export interface LedgerPage {
  readonly calls: readonly Readonly<CallEntry>[];
  readonly charges: readonly ChargeEntry[];
  /** The newest of the whole ledger, not of this page. */
  readonly lastCall: number;
  readonly lastCharge: number;
  /** The oldest calls make room; charges are never dropped. */
  readonly callsDropped: number;
}

export type Ledger = ReturnType<typeof createLedger>;

export function createLedger({ callsMax }: { readonly callsMax: number }) {
  // A ring: taking the oldest of 200,000 off the front of an array would move all others, at each call.
  let calls: CallEntry[] = [];
  let charges: ChargeEntry[] = [];
  const byReference = new Map<string, ChargeEntry[]>();
  const byId = new Map<string, ChargeEntry>();
  let lastCall = 0;
  let lastCharge = 0;
  let cleared = 0;
  const slotOf = (call: number) => (call - cleared - 1) % callsMax;
  return {
    open(call: Pick<CallEntry, 'caller' | 'method' | 'reference' | 'key' | 'requestId'>, atMs: number): CallEntry {
      lastCall += 1;
      const { caller, method, reference, key, requestId } = call;
      const open = { status: null, receivedAtMs: atMs, actedAtMs: null, answeredAtMs: null, outcome: 'held' } as const;
      const entry: CallEntry = { call: lastCall, caller, method, reference, key, requestId, ...open };
      calls[slotOf(lastCall)] = entry;
      return entry;
    },
    add(charge: Omit<ChargeEntry, 'seq'>): ChargeEntry {
      lastCharge += 1;
      const entry: ChargeEntry = { seq: lastCharge, ...charge };
      charges.push(entry);
      if (entry.replayOf !== null) return entry;
      byId.set(entry.id, entry);
      const others = byReference.get(entry.reference);
      if (others) others.push(entry);
      else byReference.set(entry.reference, [entry]);
      return entry;
    },
    /** Money that moved for this reference, oldest first. */
    chargesFor: (reference: string): readonly ChargeEntry[] => byReference.get(reference) ?? [],
    charge: (id: string) => byId.get(id),
    page({ call, charge, limit }: { call: number; charge: number; limit: number }): LedgerPage {
      const callsDropped = Math.max(0, lastCall - cleared - callsMax);
      const first = Math.max(call, cleared + callsDropped) + 1;
      const count = Math.max(0, Math.min(limit, lastCall - first + 1));
      const found = Array.from({ length: count }, (_, index) => calls[slotOf(first + index)]);
      const from = Math.max(0, charge - (lastCharge - charges.length));
      return {
        calls: found.filter((entry) => entry !== undefined),
        charges: charges.slice(from, from + limit),
        lastCall,
        lastCharge,
        callsDropped,
      };
    },
    clear(): void {
      calls = [];
      charges = [];
      byReference.clear();
      byId.clear();
      cleared = lastCall;
    },
  };
}
