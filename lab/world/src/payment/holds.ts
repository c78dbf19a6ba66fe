import { concerns, type HoldSpec } from './behaviour.ts';
import type { Answer, ChargeRequest } from './call.ts';
import type { CallEntry } from './ledger.ts';

/** A call without an end. Its key is in flight for as long. */
export interface OpenCall {
  readonly entry: CallEntry;
  readonly request: ChargeRequest;
  /** What it will be sent; null: the connection is reset. */
  reply: Answer | null;
}

export interface Hold {
  readonly spec: HoldSpec;
  /** How many calls it still takes. */
  left: number;
  /** In order of arrival. */
  readonly calls: Set<OpenCall>;
}

export type Holds = ReturnType<typeof createHolds>;

const holdsMax = 1_000;

export function createHolds({ newId, heldMax }: { newId(): string; readonly heldMax: number }) {
  const holds = new Map<string, Hold>();
  return {
    /** Its id; null when there are too many. */
    add(spec: HoldSpec): string | null {
      if (holds.size >= holdsMax) return null;
      const id = newId();
      holds.set(id, { spec, left: spec.times ?? Number.POSITIVE_INFINITY, calls: new Set() });
      return id;
    },
    get: (id: string) => holds.get(id),
    /** The oldest hold that wants this call. */
    find: (at: HoldSpec['at'], request: ChargeRequest) =>
      [...holds.values()].find(({ spec, left }) => spec.at === at && left > 0 && concerns(spec, request)),
    isFull: () => [...holds.values()].reduce((sum, { calls }) => sum + calls.size, 0) >= heldMax,
    remove: (id: string) => holds.delete(id),
    letGo(call: OpenCall): void {
      for (const { calls } of holds.values()) calls.delete(call);
    },
    clear: () => holds.clear(),
  };
}
