import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { main } from '../../../cli/src/main.ts';
import { type Checkout, makeCheckout } from '../../../cli/src/testing/checkout.ts';
import { createTestIo } from '../../../cli/src/testing/test-io.ts';

/** Somebody who learns: a checkout of their own, a terminal, and an editor. */
export interface Learner extends AsyncDisposable {
  readonly checkout: Checkout;
  /** Types `npx lab <line>`. */
  types(line: string): Promise<{ readonly exit: number; readonly out: string; readonly err: string }>;
  /** Saves, in place of what the scenario broke, those files as the reference has them; resolves to their names. */
  repairs(scenario: string): Promise<readonly string[]>;
}

/** Whatever still runs for them is stopped at the end. */
export async function startLearner(): Promise<Learner> {
  const checkout = await makeCheckout();
  const types: Learner['types'] = async (line) => {
    const io = createTestIo({ env: process.env as Record<string, string> });
    const exit = await main(line.split(' '), io, checkout);
    return { exit, out: io.out(), err: io.err() };
  };
  return {
    checkout,
    types,
    repairs: async (scenario) => {
      const overlay = join(checkout.repoRoot, 'scenarios', scenario, 'broken');
      const entries = await readdir(overlay, { recursive: true, withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name).slice(overlay.length + 1));
      const reference = join(checkout.repoRoot, 'lab', 'service');
      const workspace = join(checkout.labDir, 'workspace', scenario);
      for (const file of files) await cp(join(reference, file), join(workspace, file));
      return files;
    },
    [Symbol.asyncDispose]: async () => {
      await types('stop');
      await checkout[Symbol.asyncDispose]();
    },
  };
}
