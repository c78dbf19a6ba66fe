import { ProblemError } from '../../platform/problem.ts';

/** Keeps a cold or absent cache from becoming the database's outage. A load must not ask for another one inside. */
export interface LoadCap {
  /** Waits for its turn. Throws OVERLOADED when that takes too long, or too many wait already. */
  run<T>(load: () => Promise<T>): Promise<T>;
  running(): number;
}

/** Failures in a row after which the database is left in peace for a while. */
const FAILURES_MAX = 5;
const OPEN_MS = 5_000;

interface LoadCapSettings {
  readonly loadsMax: number;
  readonly waitingMax?: number;
  readonly waitMsMax?: number;
}

export function createLoadCap({ loadsMax, waitingMax = 1_000, waitMsMax = 2_000 }: LoadCapSettings): LoadCap {
  // In the order of arrival; a Set, so that one that gave up is taken out at once.
  const waiting = new Set<() => void>();
  let running = 0;
  let failures = 0;
  let openUntilMs = 0;

  return {
    async run(load) {
      if (performance.now() < openUntilMs) throw overloaded();
      if (running < loadsMax) running += 1;
      else await turn();
      try {
        const result = await load();
        failures = 0;
        return result;
      } catch (error) {
        failures += 1;
        if (failures >= FAILURES_MAX) openUntilMs = performance.now() + OPEN_MS;
        throw error;
      } finally {
        passOn();
      }
    },
    running: () => running,
  };

  /** Whoever ends hands its place to the one that waits longest. */
  function passOn(): void {
    const [first] = waiting;
    if (first) first();
    else running -= 1;
  }

  async function turn(): Promise<void> {
    if (waiting.size >= waitingMax) throw overloaded();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const start = () => {
      clearTimeout(timer);
      waiting.delete(start);
      resolve();
    };
    const timer = setTimeout(() => {
      waiting.delete(start);
      reject(overloaded());
    }, waitMsMax);
    waiting.add(start);
    await promise;
  }
}

function overloaded(): ProblemError {
  return new ProblemError('OVERLOADED', { retryAfterSeconds: 1 });
}
