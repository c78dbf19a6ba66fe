import { setTimeout } from 'node:timers/promises';
import { CallError } from '../../platform/call-error.ts';
import type { Limit } from '../algorithms/limit.ts';
import type { LimitDecision, Limiter } from '../store/limiter.ts';

/** Keeps our calls to another service under a limit that all workers share, so that it need not refuse them. */
export interface CallLimiter {
  /**
   * Makes the call as soon as the limits allow. Throws CallError with the code CALLS_LIMITED where that takes too long:
   * nothing was called then, and the work can be postponed.
   */
  run<Result>(call: () => Promise<Result>): Promise<Result>;
}

interface CallLimiterParts {
  readonly limiter: Limiter;
  /** Of the service that is called. */
  readonly name: string;
  readonly limits: readonly Limit[];
  readonly waitMsMax: number;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
  readonly random?: () => number;
  readonly now?: () => number;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const CALLS_LIMITED = 'CALLS_LIMITED';

/** How often a slot is asked for again: calls end at any moment. */
const SLOT_POLL_MS = 50;

export function createCallLimiter(parts: CallLimiterParts): CallLimiter {
  const { limiter, name, limits, waitMsMax, signal } = parts;
  const { random = Math.random, now = () => performance.now(), sleep = sleepUntilAborted } = parts;

  return {
    async run(call) {
      const permit = await waitForPermit();
      try {
        return await call();
      } finally {
        permit.release();
      }
    },
  };

  async function waitForPermit(): Promise<LimitDecision> {
    const untilMs = now() + waitMsMax;
    for (;;) {
      const decision = await limiter.decide({ scope: 'calls', id: name }, limits);
      if (decision.allowed) return decision;
      const waitMs = waitOf(decision);
      // Up to half as long again, so that those who wait do not ask in one moment.
      const pauseMs = waitMs * (1 + random() / 2);
      if (signal.aborted || now() + pauseMs > untilMs) throw limited(waitMs);
      await sleep(pauseMs, signal);
    }
  }

  function limited(retryAfterMs: number): CallError {
    return new CallError(`Calls to ${name} are at their limit; this one was not made.`, {
      code: CALLS_LIMITED,
      retryAfterMs,
    });
  }
}

function waitOf({ outcomes }: LimitDecision): number {
  const refused = outcomes.filter(({ allowed }) => !allowed);
  return Math.max(...refused.map(({ limit, retryAfterMs }) => (limit.kind === 'slots' ? SLOT_POLL_MS : retryAfterMs)));
}

async function sleepUntilAborted(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => {}); // Told to stop: the next refusal ends the waiting.
}
