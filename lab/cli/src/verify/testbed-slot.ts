import type { Testbed } from '@lab/runner';

/** One testbed that is used again and again, and made anew after it was dropped. */
export interface TestbedSlot extends AsyncDisposable {
  use(): Promise<Testbed>;
  /** After a run that the lab could not judge: the parts may be the cause. */
  drop(): Promise<void>;
}

export function createTestbedSlot(start: () => Promise<Testbed>): TestbedSlot {
  let current: Testbed | null = null;
  const drop = async (): Promise<void> => {
    const ending = current;
    current = null;
    await ending?.[Symbol.asyncDispose]();
  };
  return {
    async use() {
      current ??= await start();
      return current;
    },
    drop,
    [Symbol.asyncDispose]: drop,
  };
}
