import type { Receipt } from './receipts.ts';
import { concernsMessage, type ReceiverHoldSpec } from './receiver-behaviour.ts';

/** A message that is held now. */
export interface WaitingMessage {
  readonly receipt: number;
  readonly caller: string;
  readonly path: string;
  readonly webhookId: string | null;
}

interface Hold {
  readonly spec: ReceiverHoldSpec;
  /** How many messages it still takes. */
  left: number;
  /** In order of arrival. */
  readonly receipts: Set<Receipt>;
}

/** Messages whose answer is kept back. */
export function createReceiverHolds(newId: () => string) {
  const holds = new Map<string, Hold>();
  return {
    add(spec: ReceiverHoldSpec): string {
      const id = newId();
      holds.set(id, { spec, left: spec.times ?? Number.POSITIVE_INFINITY, receipts: new Set() });
      return id;
    },
    /** True when the oldest hold that wants this message has taken it. */
    take(receipt: Receipt): boolean {
      const hold = [...holds.values()].find(({ spec, left }) => left > 0 && concernsMessage(spec, receipt));
      if (!hold) return false;
      hold.left -= 1;
      hold.receipts.add(receipt);
      return true;
    },
    letGo(receipt: Receipt): void {
      for (const { receipts } of holds.values()) receipts.delete(receipt);
    },
    /** In order of arrival; null for a hold that is not there. */
    waiting(id: string): readonly WaitingMessage[] | null {
      const hold = holds.get(id);
      if (!hold) return null;
      return [...hold.receipts].map(({ receipt, caller, path, webhookId }) => ({ receipt, caller, path, webhookId }));
    },
    /** Takes a hold away; what it held, in order of arrival. */
    remove(id: string): readonly Receipt[] {
      const receipts = [...(holds.get(id)?.receipts ?? [])];
      holds.delete(id);
      return receipts;
    },
    clear: () => holds.clear(),
  };
}
