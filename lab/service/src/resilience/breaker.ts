/** What a call tells about the service that was called. `nothing`: it was never made, or the fault is on our side. */
export type CallReport = 'success' | 'failure' | 'nothing';

export interface BreakerSettings {
  /** Calls are judged over this time. */
  readonly windowMs: number;
  /** Fewer calls in it say nothing: in a quiet minute one failure is half of all. */
  readonly volume: number;
  /** So many of a hundred have to fail. */
  readonly failurePercent: number;
  /** How long nothing is called. */
  readonly openMs: number;
  /**
   * Calls that are let through then at the same time, to see; it closes when so many have succeeded and none has failed.
   * In the minute after it opened again soon, eight times as many have to.
   */
  readonly probes: number;
}

/**
 * Closed: calls go through and are counted. Open: none do. Half-open: a few do, and decide. The epoch grows with each
 * change, so that a call which began under an earlier state decides nothing about a later one.
 */
export type BreakerState = { readonly epoch: number; readonly strictUntilMs: number } & (
  | { readonly kind: 'closed'; readonly sinceMs: number; readonly slices: readonly Slice[] }
  | { readonly kind: 'open'; readonly untilMs: number }
  | { readonly kind: 'half-open'; readonly needed: number; readonly underway: number; readonly succeeded: number }
);

interface Slice {
  readonly startMs: number;
  readonly calls: number;
  readonly failures: number;
}

interface CallDecision {
  readonly allowed: boolean;
  readonly state: BreakerState;
  /** Until another call may be let through; 0 where this one is, or where probes are under way. */
  readonly retryAfterMs: number;
}

const SLICES_PER_WINDOW = 10;
/**
 * Of a service of which half of all calls fail, two probes succeed now and then. The breaker would open and close again
 * and again, and all that waits would meet the service each time; so what opens again within this time is strict for as
 * long. Not for longer: sixteen successes in a row are a lot to ask of one that fails a little.
 */
const STRICT_MS = 60_000;
const STRICT_FACTOR = 8;
const NEVER = Number.NEGATIVE_INFINITY;

export const CLOSED: BreakerState = { epoch: 0, strictUntilMs: NEVER, kind: 'closed', sinceMs: NEVER, slices: [] };

/** Whether one call may be made now. Each call that is let through has to be reported once. */
export function admit(state: BreakerState, nowMs: number, { probes }: BreakerSettings): CallDecision {
  if (state.kind === 'closed') return { allowed: true, state, retryAfterMs: 0 };
  if (state.kind === 'open') {
    if (nowMs < state.untilMs) return { allowed: false, state, retryAfterMs: state.untilMs - nowMs };
    const { epoch, strictUntilMs } = state;
    const needed = nowMs < strictUntilMs ? STRICT_FACTOR * probes : probes;
    const first = { epoch: epoch + 1, strictUntilMs, kind: 'half-open', needed, underway: 1, succeeded: 0 } as const;
    return { allowed: true, state: first, retryAfterMs: 0 };
  }
  if (state.underway >= Math.min(probes, state.needed - state.succeeded))
    return { allowed: false, state, retryAfterMs: 0 };
  return { allowed: true, state: { ...state, underway: state.underway + 1 }, retryAfterMs: 0 };
}

/** The state after a call that was let through in `epoch` has ended. */
export function report(
  state: BreakerState,
  { epoch, outcome, nowMs }: { readonly epoch: number; readonly outcome: CallReport; readonly nowMs: number },
  settings: BreakerSettings,
): BreakerState {
  if (epoch !== state.epoch || state.kind === 'open') return state;
  if (state.kind === 'half-open') return afterProbe(state, outcome, { nowMs, settings });
  if (outcome === 'nothing') return state;
  const slices = count(state.slices, { failed: outcome === 'failure', nowMs, windowMs: settings.windowMs });
  return isTooMuch(slices, settings) ? opened(state, nowMs, settings) : { ...state, slices };
}

function afterProbe(
  state: Extract<BreakerState, { kind: 'half-open' }>,
  outcome: CallReport,
  { nowMs, settings }: { nowMs: number; settings: BreakerSettings },
): BreakerState {
  if (outcome === 'failure') return opened(state, nowMs, settings);
  const { epoch, strictUntilMs, needed } = state;
  const underway = state.underway - 1;
  const succeeded = state.succeeded + (outcome === 'success' ? 1 : 0);
  if (succeeded < needed) return { ...state, underway, succeeded };
  return { epoch: epoch + 1, strictUntilMs, kind: 'closed', sinceMs: nowMs, slices: [] };
}

function opened(state: BreakerState, nowMs: number, { openMs }: BreakerSettings): BreakerState {
  const isSoon = state.kind === 'closed' && nowMs - state.sinceMs < STRICT_MS;
  const strictUntilMs = isSoon ? nowMs + STRICT_MS : state.strictUntilMs;
  return { epoch: state.epoch + 1, strictUntilMs, kind: 'open', untilMs: nowMs + openMs };
}

/** Slices instead of single calls: what is kept does not grow with the load. */
function count(
  slices: readonly Slice[],
  { failed, nowMs, windowMs }: { failed: boolean; nowMs: number; windowMs: number },
): readonly Slice[] {
  const recent = slices.filter(({ startMs }) => startMs > nowMs - windowMs);
  const last = recent.at(-1);
  const failures = failed ? 1 : 0;
  if (!last || nowMs >= last.startMs + windowMs / SLICES_PER_WINDOW) {
    return [...recent, { startMs: nowMs, calls: 1, failures }];
  }
  return [...recent.slice(0, -1), { ...last, calls: last.calls + 1, failures: last.failures + failures }];
}

function isTooMuch(slices: readonly Slice[], { volume, failurePercent }: BreakerSettings): boolean {
  const calls = slices.reduce((sum, slice) => sum + slice.calls, 0);
  const failures = slices.reduce((sum, slice) => sum + slice.failures, 0);
  return calls >= volume && failures * 100 >= calls * failurePercent;
}
