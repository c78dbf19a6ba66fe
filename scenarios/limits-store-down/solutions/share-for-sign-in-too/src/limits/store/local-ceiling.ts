import { decide, type LimitState } from '../algorithms/decide.ts';
import type { BucketLimit, Limit } from '../algorithms/limit.ts';
import { createBoundedMap } from './bounded-map.ts';
import type { LimitOutcome, Subject } from './limit-store.ts';

/** What this process decides alone while the limits store is away. */
export interface LocalCeiling {
  /** One outcome for each limit of requests in time. Slots are not counted: nobody knows what other processes run. */
  decide(subject: Subject, limits: readonly Limit[]): readonly LimitOutcome[];
}

interface LocalCeilingSettings {
  /** Processes that are expected to share the traffic. */
  readonly processes: number;
  /** How much more than its even share a process might let through. Nothing here makes use of it. */
  readonly factor: number;
  readonly now?: () => number;
}

/** About 10 MB. A subject that is forgotten starts with a full bucket again. */
const STATES_MAX = 50_000;

/** A token bucket for each limit, of this process's even share: in all, the plan gets through, and no more. */
export function createLocalCeiling(settings: LocalCeilingSettings): LocalCeiling {
  const { processes, factor, now = () => performance.now() } = settings;
  const share = Math.min(1, factor) / processes;
  const states = createBoundedMap<LimitState>(STATES_MAX);

  return {
    decide({ scope, id }, limits) {
      const entries = limits
        .filter((limit) => limit.kind !== 'slots')
        .map((ofPlan) => {
          const key = `${scope}:${id}:${ofPlan.name}`;
          return { key, ofPlan, limit: bucketOf(ofPlan, share), state: states.get(key) };
        });
      const { results } = decide(entries, { nowMs: Math.floor(now()), cost: 1 });
      return results.map(({ entry: { key, ofPlan }, taken }) => {
        states.set(key, taken.state);
        const { allowed, remaining, retryAfterMs, moreInMs } = taken;
        return { limit: ofPlan, allowed, remaining, retryAfterMs, moreInMs };
      });
    },
  };
}

/** A window becomes a bucket as well: it needs two numbers where slots would need sixty. */
function bucketOf(limit: Exclude<Limit, { kind: 'slots' }>, share: number): BucketLimit {
  const { name, windowMs } = limit;
  const burst = limit.kind === 'bucket' ? limit.burst : limit.limit;
  const shareOf = (amount: number) => Math.max(1, Math.ceil(amount * share));
  return { kind: 'bucket', name, windowMs, limit: shareOf(limit.limit), burst: shareOf(burst) };
}
