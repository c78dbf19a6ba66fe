import type { ExperimentHandle } from '@lab/sdk';

/** People at work: each does one thing after the other, beside the others. */
export interface People {
  /** Begins; resolves when everybody has had the answer to their last request. */
  work(): Promise<void>;
  stop(): void;
}

/** What each of them does, told how often they have done it before, with so long a pause after each. */
export function peopleAtWork(
  h: ExperimentHandle,
  { deeds, pauseMs }: { readonly deeds: readonly ((round: number) => Promise<unknown>)[]; readonly pauseMs: number },
): People {
  let isOver = false;
  const again = async (act: (round: number) => Promise<unknown>): Promise<void> => {
    for (let round = 0; !isOver && !h.signal.aborted; round += 1) {
      await act(round);
      await h.clock.sleep(pauseMs);
    }
  };
  return {
    stop: () => {
      isOver = true;
    },
    work: async () => {
      await Promise.all(deeds.map(again));
    },
  };
}
