import type { Clock } from '@lab/sdk';

/** Time moves on to the next sleeper when nobody else has anything to do. */
export function steppedClock(): Clock {
  const sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  let nowMs = 0;
  let isStepping = false;
  const step = (): void => {
    sleepers.sort((a, b) => a.atMs - b.atMs);
    const next = sleepers.shift();
    isStepping = next !== undefined;
    if (next === undefined) return;
    nowMs = Math.max(nowMs, next.atMs);
    next.wake();
    setTimeout(step, 1);
  };
  return {
    nowMs: () => nowMs,
    sleep: (ms) =>
      new Promise((resolve) => {
        sleepers.push({ atMs: nowMs + ms, wake: resolve });
        if (isStepping) return;
        isStepping = true;
        setTimeout(step, 1);
      }),
  };
}
