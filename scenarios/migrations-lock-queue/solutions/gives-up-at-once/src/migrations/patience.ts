import { setTimeout as sleep } from 'node:timers/promises';
import { TryLaterError } from './migration-errors.ts';

/** What one run may spend on waiting for others. Work that succeeds costs nothing of it. */
export interface Patience {
  leftMs(): number;
  /** Repeats until `attempt` resolves with true, with growing, random pauses. Throws TryLaterError with `reason`. */
  until(reason: string, attempt: () => Promise<boolean>): Promise<void>;
}

export interface PatienceSettings {
  readonly patienceMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly random?: () => number;
  readonly nowMs?: () => number;
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** One try: whoever deploys decides when the next one is, by exit code 75. */
const TRIES = 1;

export function createPatience(settings: PatienceSettings): Patience {
  const { patienceMs, signal, random = Math.random, nowMs = () => performance.now() } = settings;
  const { pause = (ms) => sleep(ms, undefined, { signal }) } = settings;
  let leftMs = patienceMs;

  return {
    leftMs: () => leftMs,
    async until(reason, attempt) {
      for (let tries = 1; ; tries += 1) {
        const startedAtMs = nowMs();
        if (await attempt()) return;
        const waitMs = 200 * (0.5 + random());
        leftMs -= nowMs() - startedAtMs + waitMs;
        if (tries >= TRIES || leftMs < 0) throw new TryLaterError(`${reason} Try again later.`);
        await pause(waitMs).catch((error: unknown) => {
          throw signal?.aborted ? new TryLaterError('The run was told to stop.', { cause: error }) : error;
        });
      }
    },
  };
}
