import { setTimeout as sleep } from 'node:timers/promises';
import { askWorld, type WorldControlOptions } from '../control/world-control.ts';
import type { ScanBehaviour, ScanHoldSpec } from './scan-behaviour.ts';
import type { WaitingScan } from './scan-holds.ts';
import type { ScanEntry, ScanPage } from './scan-ledger.ts';

export interface ScanHold extends AsyncDisposable {
  readonly id: string;
  waiting(): Promise<readonly WaitingScan[]>;
  /** Waits until so many scans are held, at most `withinMs`. Resolves to those that are; fewer: it did not happen. */
  waitFor(options: { readonly count: number; readonly withinMs: number }): Promise<readonly WaitingScan[]>;
  /** Lets the verdicts go, in order of arrival; resolves to how many. Twice is harmless. */
  release(): Promise<number>;
}

export interface ScannerControl {
  /** Replaces all behaviours; their counts begin anew. */
  setBehaviours(behaviours: readonly ScanBehaviour[]): Promise<void>;
  hold(spec: ScanHoldSpec): Promise<ScanHold>;
  /** All scans after a cursor, as of now. Those that are open change later. */
  scans(since?: number): Promise<readonly Readonly<ScanEntry>[]>;
}

const pollEveryMs = 3;

/** A client of the scanner's part of the control API. Resetting is the world's: all of it begins anew. */
export function createScannerControl({ signal, ...target }: WorldControlOptions): ScannerControl {
  const ask = (method: string, path: string, body?: unknown) => askWorld(target, { method, path, body, signal });
  return {
    setBehaviours: async (behaviours) => void (await ask('PUT', '/scanner/behaviours', behaviours)),
    async hold(spec) {
      const { id } = (await ask('POST', '/scanner/holds', spec)) as { id: string };
      const waiting = async () =>
        ((await ask('GET', `/scanner/holds/${id}`)) as { waiting: readonly WaitingScan[] }).waiting;
      // An undo, so it is not ended by the signal.
      const release = async () =>
        ((await askWorld(target, { method: 'DELETE', path: `/scanner/holds/${id}` })) as { released: number }).released;
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
    async scans(since = 0) {
      const scans: Readonly<ScanEntry>[] = [];
      let cursor = since;
      let end: number | null = null;
      for (;;) {
        const page = (await ask('GET', `/scanner/scans?since=${cursor}`)) as ScanPage;
        // As of the first page: under load the end would move away for ever.
        end ??= page.last;
        scans.push(...page.scans);
        cursor = page.scans.at(-1)?.scan ?? end;
        if (cursor >= end) return scans;
      }
    },
  };
}
