/** The store is known to be away; nothing was sent to it. */
export class StoreAwayError extends Error {
  override readonly name = 'StoreAwayError';
}

/** Keeps a store that hangs or fails from delaying requests. */
export interface StoreGuard {
  /** Runs `operation` within the time-out. Rejects when it fails or takes too long, and at once while the store is away. */
  run<T>(operation: () => Promise<T>): Promise<T>;
}

interface StoreGuardParts {
  /** As messages call the store. */
  readonly name?: string;
  /** Asks the store in the background whether it works again. It should write, as requests do. */
  readonly probe: () => Promise<unknown>;
  readonly onAway: (error: unknown) => void;
  readonly onBack: () => void;
  readonly timeoutMs: number;
  /** Failures in a row that make the store count as away. One alone may be a hiccup of this process. */
  readonly failuresMax?: number;
  readonly probeEveryMs?: number;
  readonly now?: () => number;
}

/** The time-out is so short that every request may find out for itself whether the store is there: nothing is remembered. */
export function createStoreGuard(parts: StoreGuardParts): StoreGuard {
  const { name = 'limits store', onAway, onBack, timeoutMs } = parts;
  const late = `The ${name} did not answer within ${timeoutMs} ms.`;
  let isAway = false;

  return {
    async run(operation) {
      try {
        const result = await within({ limitMs: timeoutMs, late }, operation());
        if (isAway) onBack();
        isAway = false;
        return result;
      } catch (error) {
        if (!isAway) onAway(error);
        isAway = true;
        throw error;
      }
    },
  };
}

async function within<T>({ limitMs, late }: { limitMs: number; late: string }, work: Promise<T>): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const expire = () => reject(new Error(late));
  // Timers run before sockets are read. After a pause of this process the answer may lie there: it is read first.
  const timer = setTimeout(() => setImmediate(expire), limitMs);
  return await Promise.race([work, expired]).finally(() => clearTimeout(timer));
}
