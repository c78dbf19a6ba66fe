/** What the database has to do beside the backfill. */
export interface Signals {
  /** By an operator. */
  readonly paused: boolean;
  /** Transactions under way in other sessions. */
  readonly transactions: number;
  /** Sessions that wait for a lock. */
  readonly waiting: number;
  /** Of the replica that is furthest behind; 0 without replicas. */
  readonly lagMs: number;
  /** How long the database took to answer this question. */
  readonly latencyMs: number;
}

/** The highest values at which the backfill goes on. */
export interface ThrottleLimits {
  readonly transactionsMax: number;
  readonly waitingMax: number;
  readonly lagMsMax: number;
  readonly latencyMsMax: number;
}

export type HoldReason = 'paused' | 'transactions' | 'waiting' | 'lag' | 'latency';

export interface Throttle {
  /** The reason to do nothing now; undefined when the next batch may run. */
  decide(signals: Signals): HoldReason | undefined;
}

/** Readings in a row that have to be calm before work goes on: a moment of calm is no recovery. */
const CALM_READINGS = 2;

/** Stops at once, so the rate falls to nothing within one batch, and goes on after a while of calm. */
export function createThrottle(limits: ThrottleLimits): Throttle {
  let holding: HoldReason | undefined;
  let calm = 0;
  return {
    decide(signals) {
      const reason = reasonToHold(signals, limits);
      calm = reason === undefined ? calm + 1 : 0;
      if (reason !== undefined || calm >= CALM_READINGS) holding = reason;
      return holding;
    },
  };
}

function reasonToHold(
  { paused, transactions, waiting, lagMs, latencyMs }: Signals,
  { transactionsMax, waitingMax, lagMsMax, latencyMsMax }: ThrottleLimits,
): HoldReason | undefined {
  if (paused) return 'paused';
  if (transactions > transactionsMax) return 'transactions';
  if (waiting > waitingMax) return 'waiting';
  if (lagMs > lagMsMax) return 'lag';
  return latencyMs > latencyMsMax ? 'latency' : undefined;
}
