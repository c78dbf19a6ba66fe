import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@lab/sdk';

/** A monotonic clock that starts at 0 now. `sleep` ends early, by throwing, when `signal` fires. */
export function createClock(signal: AbortSignal): Clock {
  const origin = performance.now();
  return {
    nowMs: () => performance.now() - origin,
    sleep: async (ms) => {
      await delay(ms, undefined, { signal });
    },
  };
}

/** Polls `condition` until it is true or the limit has passed; says which. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  options: { readonly withinMs: number; readonly everyMs: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const deadline = performance.now() + options.withinMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= deadline) return false;
    await delay(options.everyMs, undefined, { signal: options.signal });
  }
}
