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

/** One answer may be luck. */
const SUCCESSES_MIN = 2;

/**
 * While the store is away no request waits for it: the first one that comes when a probe is due starts it, and is
 * answered without it like all others.
 */
export function createStoreGuard(parts: StoreGuardParts): StoreGuard {
  const { name = 'limits store', probe, onAway, onBack, timeoutMs, failuresMax = 3, probeEveryMs = 250 } = parts;
  const { now = () => performance.now() } = parts;
  const late = `The ${name} did not answer within ${timeoutMs} ms.`;
  let state: 'there' | 'away' | 'probing' = 'there';
  let failures = 0;
  let successes = 0;
  let probeAtMs = 0;

  return {
    async run(operation) {
      if (state !== 'there') {
        if (state === 'away' && now() >= probeAtMs) void probeOnce();
        throw new StoreAwayError(`The ${name} is away. It is asked again in the background.`);
      }
      try {
        const result = await within({ limitMs: timeoutMs, late }, operation());
        failures = 0;
        return result;
      } catch (error) {
        failures += 1;
        if (failures >= failuresMax && state === 'there') {
          leave();
          onAway(error);
        }
        throw error;
      }
    },
  };

  function leave(): void {
    state = 'away';
    successes = 0;
    probeAtMs = now() + probeEveryMs;
  }

  async function probeOnce(): Promise<void> {
    state = 'probing';
    try {
      await within({ limitMs: timeoutMs, late }, probe());
      successes += 1;
      if (successes < SUCCESSES_MIN) return leave();
      state = 'there';
      failures = 0;
      onBack();
    } catch {
      // Still away, which was said when it went.
      leave();
    }
  }
}

async function within<T>({ limitMs, late }: { limitMs: number; late: string }, work: Promise<T>): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const expire = () => reject(new Error(late));
  // Timers run before sockets are read. After a pause of this process the answer may lie there: it is read first.
  const timer = setTimeout(() => setImmediate(expire), limitMs);
  return await Promise.race([work, expired]).finally(() => clearTimeout(timer));
}
