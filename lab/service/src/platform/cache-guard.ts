/** Keeps a cache that hangs or fails from slowing down every read. */
export interface CacheGuard {
  /** Runs `operation` within the time-out. Rejects when it fails, takes too long, or the cache is being skipped. */
  run<T>(operation: () => Promise<T>): Promise<T>;
}

interface CacheGuardSettings {
  readonly timeoutMs?: number;
  readonly failuresBeforeSkip?: number;
  readonly skipMs?: number;
  readonly now?: () => number;
}

/** After `failuresBeforeSkip` failures in a row operations are refused for `skipMs`; then one more failure is enough. */
export function createCacheGuard({
  timeoutMs = 150,
  failuresBeforeSkip = 5,
  skipMs = 500,
  now = () => performance.now(),
}: CacheGuardSettings = {}): CacheGuard {
  let failures = 0;
  let skipUntil = Number.NEGATIVE_INFINITY;

  return {
    async run(operation) {
      if (now() < skipUntil) throw new Error('The cache is skipped after repeated failures.');
      try {
        const result = await withTimeout(operation(), timeoutMs);
        failures = 0;
        return result;
      } catch (error) {
        failures += 1;
        if (failures >= failuresBeforeSkip) skipUntil = now() + skipMs;
        throw error;
      }
    },
  };
}

async function withTimeout<T>(operation: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`The cache did not answer within ${timeoutMs} ms.`)), timeoutMs);
  return await Promise.race([operation, expired]).finally(() => clearTimeout(timer));
}
