import { join } from 'node:path';
import { type Evidence, type Finding, SubmissionError } from '@lab/sdk';
import { materialise } from '@lab/workspace';
import { createLedger } from '../handle/ledger.ts';
import { beginLoad } from '../load/begin-load.ts';
import { watchHealth } from '../load/health.ts';
import type { Testbed } from '../testbed/testbed.ts';
import { failuresAtRest, mayBeTheMachine, measureAtRest } from './at-rest.ts';
import { createRecorder } from './recorder.ts';
import type { ExperimentRunner } from './run-experiment.ts';

interface CompareOptions {
  readonly repoRoot: string;
  readonly codeDir: string;
  /** True for the reference itself: then there is nothing to compare with. */
  readonly isReference: boolean;
}

/**
 * One question to a part takes this long only where the machine has no time: in 30 grades on an idle one the slowest
 * took 91 ms; in 76 at a load of 14 to 20 on two cores, the median of the slowest was 250 to 1,200 ms.
 */
const canarySlowMs = 200;

/**
 * The steady state did not hold. Does the reference's hold, here and now? If not, this machine is at fault. If so, the
 * code is, but where it was slow and nothing else, it is measured once more: a machine is busy in bursts, and the one
 * that met the code may have ended before the reference's turn.
 */
export async function compareAtRest(
  runner: ExperimentRunner,
  options: CompareOptions,
  failures: readonly Finding[],
): Promise<NonNullable<Evidence['referenceBaseline']>> {
  if (options.isReference) return 'failed';
  const target = join(runner.testbed.runDir, 'reference');
  const { codeDir } = await materialise({ repoRoot: options.repoRoot, target, variant: 'reference' });
  const reference = await restAlone(runner, options.repoRoot, codeDir);
  if (reference.failures.length > 0) return 'failed';
  if (reference.isSlow) return 'busy';
  if (!mayBeTheMachine(failures)) return 'held';
  const holdsNow = await restAlone(runner, options.repoRoot, options.codeDir).then(
    (again) => again.failures.length === 0,
    (error: unknown) => {
      if (error instanceof SubmissionError) return false;
      throw error;
    },
  );
  return holdsNow ? 'busy' : 'held';
}

/** New data, and this code. */
export async function prepare(testbed: Testbed, codeDir: string): Promise<void> {
  await testbed.stopReplicas();
  await testbed.resetData(codeDir);
  await testbed.bootReplicas(codeDir);
}

/** Runs this code at rest, with a record of its own: what it does now is no evidence about what was graded. */
async function restAlone(
  runner: ExperimentRunner,
  repoRoot: string,
  codeDir: string,
): Promise<{ readonly failures: readonly Finding[]; readonly isSlow: boolean }> {
  const { testbed, clock, signal } = runner;
  const recorder = createRecorder(testbed.runDir, clock);
  await using ledger = createLedger({ clock, signal, urlOf: testbed.urlOf });
  const alone: ExperimentRunner = { ...runner, ledger, recorder };
  await prepare(testbed, codeDir);
  const judged = { ledger, shared: recorder.shared };
  const load = await beginLoad({ ...alone, repoRoot, judged, onEvent: recorder.event });
  const health = watchHealth(testbed, clock);
  const finish = () => health.finish({ load, planned: 0, delivered: 0, dropped: 0 });
  try {
    const calm = await measureAtRest(alone, load);
    const failures = failuresAtRest(alone, calm, recorder.samples);
    const { canaries } = await finish();
    return { failures, isSlow: canaries.some(({ maxMs }) => maxMs > canarySlowMs) };
  } finally {
    await finish();
    await load.stop();
  }
}
