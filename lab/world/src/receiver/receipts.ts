/**
 * `open`: no end yet. `silent`: it will not be answered. `cut`: the receiver reset the connection, perhaps after a
 * status. `dropped`: the sender's connection went first.
 */
export type ReceiptOutcome = 'open' | 'answered' | 'silent' | 'cut' | 'dropped';

/** A message as it came in. What its headers say is not checked here: whoever judges has the secret. */
export interface Message {
  /** The port that it came in on. */
  readonly caller: string;
  readonly path: string;
  /** Of the sender's side of the connection, which tells processes apart that call the same port. */
  readonly remotePort: number;
  readonly webhookId: string | null;
  readonly timestamp: string | null;
  readonly signature: string | null;
  readonly requestId: string | null;
  readonly body: string;
  readonly bodySha256: string;
}

export interface Receipt extends Message {
  /** From 1, ascending, also across resets. */
  readonly receipt: number;
  /** Milliseconds since the epoch, with fractions; never goes back. So are all times here. */
  readonly receivedAtMs: number;
  /** What the sender was told; null while it was told nothing. */
  status: number | null;
  endedAtMs: number | null;
  outcome: ReceiptOutcome;
}

export interface ReceiptPage {
  readonly receipts: readonly Readonly<Receipt>[];
  /** The newest of all, not of this page. */
  readonly last: number;
}

const receiptsMax = 200_000;

export function createReceipts() {
  let receipts: Receipt[] = [];
  let last = 0;
  return {
    open(message: Message, atMs: number): Receipt {
      last += 1;
      const receipt: Receipt = {
        ...message,
        receipt: last,
        receivedAtMs: atMs,
        status: null,
        endedAtMs: null,
        outcome: 'open',
      };
      receipts.push(receipt);
      // Half at once: taking one off the front moves all others.
      if (receipts.length > receiptsMax) receipts = receipts.slice(-receiptsMax / 2);
      return receipt;
    },
    /** What came after a cursor. A receipt on it may get its end later. */
    page(since: number, limit: number): ReceiptPage {
      // Numbers have no gaps, so the place of the first one is known.
      const from = Math.max(0, since - (last - receipts.length));
      return { receipts: receipts.slice(from, from + limit), last };
    },
    clear(): void {
      receipts = [];
    },
  };
}
