import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createClock, startTestbed, type Testbed } from '@lab/runner';
import type { Clock, Scenario } from '@lab/sdk';
import { materialise } from '@lab/workspace';
import { quiet } from '../../figures/stage/with-reference.ts';
import type { ServiceBench } from '../service-bench.ts';

export interface ServiceGround {
  readonly bench: ServiceBench;
  readonly scenario: Scenario;
  readonly testbed: Testbed;
  /** The code that the replicas are booted from. */
  readonly codeDir: string;
  readonly clock: Clock;
}

/** Folders below `scenarios`, whose files are laid over the reference. */
export type Overlays = readonly string[];

/** Starts the parts for ShelfWise, the reference or what the overlays make of it, and ends them whatever happens. */
export async function withService<T>(
  bench: ServiceBench,
  { scenario, overlays = [] }: { readonly scenario: Scenario; readonly overlays?: Overlays },
  work: (ground: ServiceGround) => Promise<T>,
): Promise<T> {
  const { folder, tools, signal } = bench;
  const { root: repoRoot, cacheDir } = folder;
  const clock = createClock(signal);
  await using testbed = await startTestbed({ repoRoot, scenario, cacheDir, tools, signal, log: quiet, clock });
  const target = join(testbed.runDir, 'code');
  const { codeDir } = await materialise({ repoRoot, target, variant: 'reference' });
  for (const overlay of overlays) await cp(join(repoRoot, 'scenarios', overlay), codeDir, { recursive: true });
  await testbed.resetData(codeDir);
  return await work({ bench, scenario, testbed, codeDir, clock });
}
