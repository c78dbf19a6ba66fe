import { setTimeout as sleep } from 'node:timers/promises';
import { askWorld, type WorldControlOptions } from '../control/world-control.ts';
import type { Receipt, ReceiptPage } from './receipts.ts';
import type { ReceiverBehaviour, ReceiverHoldSpec } from './receiver-behaviour.ts';
import type { WaitingMessage } from './receiver-holds.ts';

export interface ReceiverHold extends AsyncDisposable {
  readonly id: string;
  waiting(): Promise<readonly WaitingMessage[]>;
  /** Waits until so many messages are held, at most `withinMs`. Resolves to those that are; fewer: it did not happen. */
  waitFor(options: { readonly count: number; readonly withinMs: number }): Promise<readonly WaitingMessage[]>;
  /** Lets the answers go, in order of arrival; resolves to how many. Twice is harmless. */
  release(): Promise<number>;
}

export interface ReceiverControl {
  /** Replaces all behaviours; their counts begin anew. */
  setBehaviours(behaviours: readonly ReceiverBehaviour[]): Promise<void>;
  hold(spec: ReceiverHoldSpec): Promise<ReceiverHold>;
  /** All receipts after a cursor, as of now. Those that are open change later. */
  receipts(since?: number): Promise<readonly Readonly<Receipt>[]>;
}

const pollEveryMs = 3;

/** A client of the receiver's part of the control API. Resetting is the world's: all of it begins anew. */
export function createReceiverControl({ signal, ...target }: WorldControlOptions): ReceiverControl {
  const ask = (method: string, path: string, body?: unknown) => askWorld(target, { method, path, body, signal });
  return {
    setBehaviours: async (behaviours) => void (await ask('PUT', '/receiver/behaviours', behaviours)),
    async hold(spec) {
      const { id } = (await ask('POST', '/receiver/holds', spec)) as { id: string };
      const path = `/receiver/holds/${id}`;
      const waiting = async () => ((await ask('GET', path)) as { waiting: readonly WaitingMessage[] }).waiting;
      // An undo, so it is not ended by the signal.
      const release = async () =>
        ((await askWorld(target, { method: 'DELETE', path })) as { released: number }).released;
      return {
        id,
        waiting,
        async waitFor({ count, withinMs }) {
          const giveUpAt = performance.now() + withinMs;
          for (;;) {
            const held = await waiting();
            if (held.length >= count || performance.now() >= giveUpAt) return held;
            await sleep(pollEveryMs, undefined, { signal });
          }
        },
        release,
        [Symbol.asyncDispose]: async () => void (await release()),
      };
    },
    async receipts(since = 0) {
      const receipts: Readonly<Receipt>[] = [];
      let cursor = since;
      let end: number | null = null;
      for (;;) {
        const page = (await ask('GET', `/receiver/receipts?since=${cursor}`)) as ReceiptPage;
        // As of the first page: under load the end would move away for ever.
        end ??= page.last;
        receipts.push(...page.receipts);
        cursor = page.receipts.at(-1)?.receipt ?? end;
        if (cursor >= end) return receipts;
      }
    },
  };
}
