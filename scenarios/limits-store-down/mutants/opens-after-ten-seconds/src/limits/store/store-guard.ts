/** The store is known to be away; nothing was sent to it. */
export class StoreAwayError extends Error {
  override readonly name = 'StoreAwayError';
}

/** Keeps a store that hangs or fails from delaying requests. */
export interface StoreGuard {
  /** Runs `operation`. Rejects when it fails, and at once while the store is away. */
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

/**
 * While the store is away no request waits for it: the first one that comes when a probe is due starts it, and is
 * answered without it like all others.
 */
export function createStoreGuard(parts: StoreGuardParts): StoreGuard {
  const { name = 'limits store', probe, onAway, onBack, failuresMax = 3, probeEveryMs = 250 } = parts;
  const { now = () => performance.now() } = parts;
  let state: 'there' | 'away' | 'probing' = 'there';
  let failures = 0;
  let probeAtMs = 0;

  return {
    async run(operation) {
      if (state !== 'there') {
        if (state === 'away' && now() >= probeAtMs) void probeOnce();
        throw new StoreAwayError(`The ${name} is away. It is asked again in the background.`);
      }
      try {
        const result = await operation();
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
    probeAtMs = now() + probeEveryMs;
  }

  async function probeOnce(): Promise<void> {
    state = 'probing';
    try {
      await probe();
      state = 'there';
      failures = 0;
      onBack();
    } catch {
      // Still away, which was said when it went.
      leave();
    }
  }
}
