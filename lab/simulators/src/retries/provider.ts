/** What is called: away at first, and then back with so much room. */
export interface Provider {
  /** Whether a call that comes now is served. Asked in order of time. */
  call(nowMs: number): boolean;
}

interface ProviderSettings {
  readonly outageMs: number;
  readonly capacity: number;
  readonly overload: 'refuse' | 'fall';
  readonly onFall: () => void;
}

/** Room is counted over this time: 40 calls a second are 8 within it. */
export const ROOM_MS = 200;
/** Whoever meets so many times what it bears falls over. */
export const FALL_FACTOR = 2;
export const FALL_MS = 2_000;

export function createProvider({ outageMs, capacity, overload, onFall }: ProviderSettings): Provider {
  const room = Math.max(1, Math.round((capacity * ROOM_MS) / 1_000));
  let awayUntilMs = outageMs;
  let slice = -1;
  let came = 0;
  return {
    call(nowMs) {
      if (nowMs < awayUntilMs) return false;
      const current = Math.floor(nowMs / ROOM_MS);
      if (current !== slice) came = 0;
      slice = current;
      came += 1;
      if (overload === 'fall' && came > FALL_FACTOR * room) {
        awayUntilMs = nowMs + FALL_MS;
        onFall();
        return false;
      }
      return came <= room;
    },
  };
}
