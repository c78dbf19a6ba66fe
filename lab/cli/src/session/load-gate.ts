import { processStartTime } from '@lab/console';
import type { Load } from '@lab/runner';
import { createLosses, type LoadTrouble } from './load-losses.ts';

export interface LoadGate extends AsyncDisposable {
  /** Begins the load, unless it runs or is paused, however often it has ended by itself. Throws what beginning throws. */
  ensure(): Promise<void>;
  /** Paused until this process resumes it, or ends. */
  pause(pid: number): Promise<void>;
  resume(pid: number): Promise<void>;
  /** Ends a running load and begins it again. */
  renew(): Promise<void>;
  /**
   * Forgets holders that have ended, and begins a load that ended by itself again, until one stands; to be called
   * every second. Throws what beginning throws.
   */
  tend(): Promise<void>;
  isPaused(): boolean;
  isRunning(): boolean;
  /** Null while all is as it should be. */
  trouble(): LoadTrouble | null;
}

interface LoadGateOptions {
  begin(): Promise<Load>;
  startTime?(pid: number): string | null;
  nowMs?(): number;
}

/** Keeps the practice load running except while somebody, as a grade, wants the machine to itself. */
export function createLoadGate(options: LoadGateOptions): LoadGate {
  const { begin, startTime = processStartTime, nowMs = () => performance.now() } = options;
  const holders = new Map<number, string>();
  const losses = createLosses(nowMs);
  let load: Load | null = null;
  let wanted = false;
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  const end = async (): Promise<void> => {
    const ending = load;
    load = null;
    await ending?.stop();
  };
  const isMeant = (): boolean => wanted && !closed && holders.size === 0;
  const settle = async (): Promise<void> => {
    if (!isMeant()) return await end();
    if (load !== null) return;
    load = await begin();
    losses.forget();
  };
  const again = async (): Promise<void> => {
    await end();
    await settle();
  };
  const adjust = (): Promise<void> => inTurn(settle);

  return {
    ensure() {
      wanted = true;
      return inTurn(async () => {
        losses.allowAll();
        // Whoever asks is told.
        await (isDead(load) ? again() : settle()).finally(losses.forget);
      });
    },
    renew: () =>
      inTurn(async () => {
        if (load !== null) await again();
      }),
    pause(pid) {
      const started = startTime(pid);
      if (started !== null) holders.set(pid, started);
      return adjust();
    },
    async resume(pid) {
      holders.delete(pid);
      await losses.trying(adjust);
    },
    async tend() {
      const ended = [...holders].filter(([pid, started]) => startTime(pid) !== started);
      for (const [pid] of ended) holders.delete(pid);
      if (isDead(load)) losses.notice(load);
      if (isMeant() && losses.isDue()) await losses.trying(() => inTurn(again));
      else if (ended.length > 0) await adjust();
    },
    isPaused: () => holders.size > 0,
    isRunning: () => load !== null,
    trouble: () => (isMeant() ? losses.trouble(isDead(load) ? load.failure() : null) : null),
    async [Symbol.asyncDispose]() {
      closed = true;
      await adjust();
    },
  };
}

function isDead(load: Load | null): load is Load {
  return load !== null && load.failure() !== null;
}
