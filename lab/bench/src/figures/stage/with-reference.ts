import { join } from 'node:path';
import { createClock, startTestbed, type Testbed } from '@lab/runner';
import type { Log } from '@lab/runtime';
import type { Clock, Scenario } from '@lab/sdk';
import { materialise } from '@lab/workspace';
import type { Bench } from '../bench.ts';

/** What goes wrong reaches the bench as an error; the rest is in the logs of the run. */
export const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Ground {
  readonly testbed: Testbed;
  /** The reference's code; its data is fresh, no replica runs yet. */
  readonly codeDir: string;
  readonly clock: Clock;
}

/** Starts the parts of a scenario for the reference, and ends them whatever happens. */
export async function withReference<T>(
  { folder, tools, signal }: Bench,
  scenario: Scenario,
  work: (ground: Ground) => Promise<T>,
): Promise<T> {
  const { root: repoRoot, cacheDir } = folder;
  const clock = createClock(signal);
  await using testbed = await startTestbed({ repoRoot, scenario, cacheDir, tools, signal, log: quiet, clock });
  const target = join(testbed.runDir, 'code');
  const { codeDir } = await materialise({ repoRoot, target, variant: 'reference' });
  await testbed.resetData(codeDir);
  return await work({ testbed, codeDir, clock });
}
