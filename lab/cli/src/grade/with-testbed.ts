import type { Testbed } from '@lab/runner';
import type { Scenario } from '@lab/sdk';
import type { Context } from '../context.ts';
import { openLog } from '../log-file.ts';
import type { ReadyTools } from '../prepare-tools.ts';

/** Starts parts of its own for `work` and ends them whatever happens: a practice session is left alone. */
export async function withTestbed<T>(
  context: Context,
  options: { readonly scenario: Scenario; readonly tools: ReadyTools },
  work: (testbed: Testbed) => Promise<T>,
): Promise<T> {
  const runner = await context.services.runner();
  await using testbed = await runner.startTestbed({
    repoRoot: context.repoRoot,
    scenario: options.scenario,
    cacheDir: options.tools.cacheDir,
    tools: options.tools.paths,
    signal: context.signal,
    log: openLog(context.labDir, context.output.warn),
    clock: runner.createClock(context.signal),
  });
  return await work(testbed);
}
