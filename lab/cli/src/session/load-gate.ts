import { processStartTime } from '@lab/console';
import type { Load } from '@lab/runner';

export interface LoadGate extends AsyncDisposable {
  /** Begins the load, unless it runs or is paused. Throws what beginning throws. */
  ensure(): Promise<void>;
  /** Paused until this process resumes it, or ends. */
  pause(pid: number): Promise<void>;
  resume(pid: number): Promise<void>;
  /** Ends a running load and begins it again. */
  renew(): Promise<void>;
  /** Forgets holders that have ended, and begins a load that ended by itself again; to be called every second. */
  tend(): Promise<void>;
  isPaused(): boolean;
  isRunning(): boolean;
}

const deathsMax = 3;

/** Keeps the practice load running except while somebody, as a grade, wants the machine to itself. */
export function createLoadGate(options: { begin(): Promise<Load>; startTime?(pid: number): string | null }): LoadGate {
  const { begin, startTime = processStartTime } = options;
  const holders = new Map<number, string>();
  let load: Load | null = null;
  let wanted = false;
  let deaths = 0;
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
  const settle = async (): Promise<void> => {
    const runs = wanted && !closed && holders.size === 0;
    if (runs && load === null) load = await begin();
    if (!runs) await end();
  };
  const again = async (): Promise<void> => {
    await end();
    await settle();
  };
  const adjust = (): Promise<void> => inTurn(settle);

  return {
    ensure() {
      wanted = true;
      return adjust();
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
    resume(pid) {
      holders.delete(pid);
      return adjust();
    },
    async tend() {
      const ended = [...holders].filter(([pid, started]) => startTime(pid) !== started);
      for (const [pid] of ended) holders.delete(pid);
      const died = load !== null && load.failure() !== null;
      if (died && deaths < deathsMax) {
        deaths += 1;
        await inTurn(again);
      } else if (ended.length > 0) await adjust();
    },
    isPaused: () => holders.size > 0,
    isRunning: () => load !== null,
    async [Symbol.asyncDispose]() {
      closed = true;
      await adjust();
    },
  };
}
