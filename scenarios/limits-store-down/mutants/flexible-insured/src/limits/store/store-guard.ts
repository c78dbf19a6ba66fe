/** The store is known to be away; nothing was sent to it. */
export class StoreAwayError extends Error {
  override readonly name = 'StoreAwayError';
}

export interface StoreGuard {
  run<T>(operation: () => Promise<T>): Promise<T>;
}

interface StoreGuardParts {
  readonly name?: string;
  readonly probe: () => Promise<unknown>;
  readonly onAway: (error: unknown) => void;
  readonly onBack: () => void;
  readonly timeoutMs: number;
  readonly now?: () => number;
}

/** Nothing to guard against: the library has an insurance. */
export function createStoreGuard(_parts: StoreGuardParts): StoreGuard {
  return { run: (operation) => operation() };
}
