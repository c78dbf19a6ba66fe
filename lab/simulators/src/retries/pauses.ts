import { type BackoffSettings, backoffMs } from '@lab/service/policies/backoff';

export type Jitter = 'none' | 'full' | 'equal' | 'both' | 'decorrelated';

export const jitterNames: Readonly<Record<Jitter, string>> = {
  none: 'none: exactly the nominal pause',
  full: 'full: from nothing to the nominal pause',
  equal: 'equal: from half of it to all of it',
  both: 'to both sides: 30 % less or more',
  decorrelated: 'decorrelated: from the base to three times the last pause',
};

/** min(cap, base · 2^(n−1)), after the nth failed attempt. */
export function nominalMs(attempt: number, { baseMs, capMs }: BackoffSettings): number {
  return Math.min(capMs, baseMs * 2 ** (attempt - 1));
}

interface Failed {
  /** From 1. */
  readonly attempt: number;
  /** 0 before the first pause. */
  readonly lastPauseMs: number;
}

/** How long to wait after a failed attempt. `both` is the function that ShelfWise waits by. */
export function pauseMs(jitter: Jitter, failed: Failed, settings: BackoffSettings, random: () => number): number {
  const nominal = nominalMs(failed.attempt, settings);
  switch (jitter) {
    case 'none':
      return nominal;
    case 'full':
      return random() * nominal;
    case 'equal':
      return nominal / 2 + random() * (nominal / 2);
    case 'both':
      return backoffMs(failed.attempt, settings, random);
    case 'decorrelated': {
      const { baseMs, capMs } = settings;
      const most = Math.max(baseMs, 3 * failed.lastPauseMs);
      return Math.min(capMs, baseMs + random() * (most - baseMs));
    }
  }
}

/** Attempts at the last layer when each of some layers makes so many. */
export function attemptsInAll(attempts: number, layers: number): number {
  return attempts ** layers;
}

/** The attempt of its own layer that the layer which tries again has made, after the nth attempt at the last one. */
export function attemptOfLayer(made: number, attempts: number): number {
  let count = made;
  while (count % attempts === 0) count /= attempts;
  return count % attempts;
}
