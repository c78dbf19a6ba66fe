export interface CacheGuard {
  run<T>(call: () => Promise<T>): Promise<T>;
}

/** Calls of the cache. Its client connects again by itself and delivers what was asked meanwhile. */
export function createCacheGuard(): CacheGuard {
  return { run: async (call) => await call() };
}
