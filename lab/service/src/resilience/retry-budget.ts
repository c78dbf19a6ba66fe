export interface RetryBudgetSettings {
  /** Tokens at the start and at most. Retries are allowed while more than half of them are there. */
  readonly max: number;
  /** Each success brings so much back; 0.1 lets one call in ten fail for ever. */
  readonly perSuccess: number;
  /** Time brings back so much too: where all that is left to do are retries, one of them has to be the first. */
  readonly perSecond: number;
}

export interface RetryBudgetState {
  readonly tokens: number;
  readonly atMs: number;
}

/**
 * A token bucket that failures empty and successes fill, as gRPC throttles retries. Where a few calls fail, each is
 * tried again at once; where most do, retries would be the larger part of the load, and they wait.
 */
export function afterCall(
  state: RetryBudgetState,
  { failed, nowMs }: { readonly failed: boolean; readonly nowMs: number },
  settings: RetryBudgetSettings,
): RetryBudgetState {
  const { max, perSuccess } = settings;
  const { tokens } = refilled(state, nowMs, settings);
  return { tokens: failed ? Math.max(0, tokens - 1) : Math.min(max, tokens + perSuccess), atMs: nowMs };
}

export function mayRetry(state: RetryBudgetState, nowMs: number, settings: RetryBudgetSettings): boolean {
  return refilled(state, nowMs, settings).tokens > settings.max / 2;
}

function refilled({ tokens, atMs }: RetryBudgetState, nowMs: number, { max, perSecond }: RetryBudgetSettings) {
  const elapsedMs = Math.max(0, nowMs - atMs);
  return { tokens: Math.min(max, tokens + (elapsedMs / 1_000) * perSecond) };
}
