/** Runs one piece of work after the other, in order. */
export interface Serial {
  run(work: () => Promise<void>): void;
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>;
}

export function createSerial(onError: (error: unknown) => void): Serial {
  let last: Promise<void> = Promise.resolve();
  return {
    run(work) {
      last = last.then(work).catch(onError);
    },
    async idle() {
      // Work may be added while it is waited for.
      for (let seen: Promise<void> | null = null; seen !== last; ) {
        seen = last;
        await seen;
      }
    },
  };
}
