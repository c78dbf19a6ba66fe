import type { Simulation } from '../kernel/simulation.ts';

/** Executes so many loads at the same time; the others wait in the order in which they came. */
export interface Database {
  load(loaded: () => void): void;
}

export function createDatabase(
  world: Pick<Simulation<object>, 'after'>,
  { slots, loadMs, onBegin }: { readonly slots: number; readonly loadMs: number; readonly onBegin: () => void },
): Database {
  const waiting: (() => void)[] = [];
  let running = 0;

  const begin = (loaded: () => void) => {
    running += 1;
    onBegin();
    world.after(loadMs, () => {
      running -= 1;
      loaded();
      const next = waiting.shift();
      if (next) begin(next);
    });
  };
  return {
    load(loaded) {
      if (running < slots) begin(loaded);
      else waiting.push(loaded);
    },
  };
}
