import { createBoundedMap } from '../limits/store/bounded-map.ts';
import { databaseProblem } from '../platform/database-errors.ts';
import { ProblemError } from '../platform/problem.ts';

export interface Known<T> {
  readonly value: T;
  /** Since it was read. */
  readonly ageMs: number;
  /** It could not be read now; this is what was known before. */
  readonly stale: boolean;
}

export interface LastKnown<T> {
  /** Reads the current value. While that is impossible, gives the last one that was read here, if it is young enough. */
  read(key: string, load: () => Promise<T>): Promise<Known<T>>;
}

interface LastKnownSettings {
  /** Older values are not given. */
  readonly ageMaxMs: number;
  readonly entriesMax: number;
  readonly now?: () => number;
}

/**
 * For what may be old for a while, and then says so: never for a price, a stock or a decision. A value that was never
 * read is not made up; then the error is the answer. It is no cache: whoever can be asked is asked.
 */
export function createLastKnown<T>(settings: LastKnownSettings): LastKnown<T> {
  const { ageMaxMs, entriesMax, now = () => performance.now() } = settings;
  const entries = createBoundedMap<{ readonly value: T; readonly atMs: number }>(entriesMax);

  return {
    async read(key, load) {
      const atMs = now();
      try {
        const value = await load();
        // Its age counts from the question: the answer may have been on its way for long.
        entries.set(key, { value, atMs });
        return { value, ageMs: now() - atMs, stale: false };
      } catch (error) {
        const last = entries.get(key);
        const ageMs = last ? now() - last.atMs : 0;
        if (!last || ageMs > ageMaxMs || !isOutage(error)) throw error;
        return { value: last.value, ageMs, stale: true };
      }
    },
  };
}

/** A refusal or a bug is an answer, which an older value must not hide. */
function isOutage(error: unknown): boolean {
  return (error instanceof ProblemError ? error : databaseProblem(error))?.status === 503;
}
