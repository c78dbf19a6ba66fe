/** Says things to who listens, one at a time. */
export interface Announcer {
  say(text: string): void;
  /** To be called now and then: says what had to wait. */
  tend(): void;
}

const restMs = 5_000;

/** At most one sentence every five seconds; of what comes faster the newest is said. */
export function createAnnouncer(speak: (text: string) => void, nowMs: () => number): Announcer {
  let lastMs = Number.NEGATIVE_INFINITY;
  let waiting: string | null = null;
  const tend = (): void => {
    if (waiting === null || nowMs() - lastMs < restMs) return;
    lastMs = nowMs();
    speak(waiting);
    waiting = null;
  };
  return {
    say(text) {
      waiting = text;
      tend();
    },
    tend,
  };
}
