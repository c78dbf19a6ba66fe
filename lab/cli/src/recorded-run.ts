import { basename } from 'node:path';
import { type Evidence, type Report, UsageError } from '@lab/sdk';
import type { Context } from './context.ts';
import { findRun, listGraded } from './find-run.ts';

/** The folder of the run that a command was given. Throws `UsageError`. */
export async function givenRun(context: Context, given: unknown): Promise<string> {
  if (typeof given === 'string') return await findRun(context.labDir, given);
  throw new UsageError('E_RUN_NEEDED', { message: 'Which run?', hint: 'npx lab run list' });
}

/**
 * The report of a run. `command` is what to type for another one, for the hint.
 *
 * @throws UsageError `E_REPORT_NOT_FOUND`, `E_RUN_HAS_SEVERAL`. @throws LabError `E_RUN_DAMAGED`.
 */
export async function recordedReport(
  context: Context,
  runDir: string,
  command: (run: string) => string,
): Promise<Report> {
  const { loadReport } = await context.services.judge();
  return await loadReport(runDir).catch(async (error: unknown) => {
    throw (await severalGrades(runDir, command)) ?? error;
  });
}

/** A run of `lab verify` holds a report for each variant, and none of its own. */
async function severalGrades(runDir: string, command: (run: string) => string): Promise<UsageError | null> {
  const graded = await listGraded(runDir);
  if (graded.length === 0) return null;
  const run = basename(runDir);
  return new UsageError('E_RUN_HAS_SEVERAL', {
    message: `${run} is a run of lab verify: it holds ${graded.length} grades:\n  ${graded.join('\n  ')}`,
    hint: command(`${run}/${graded[0]}`),
  });
}

/** Null where the code was rejected, or the lab broke down, before there was evidence. */
export async function recordedEvidence(context: Context, runDir: string): Promise<Evidence | null> {
  const { loadEvidence } = await context.services.judge();
  try {
    return await loadEvidence(runDir);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'E_RUN_NOT_FOUND') return null;
    throw error;
  }
}

/** What each experiment does, by its id. None for a scenario that this checkout no longer has. */
export async function experimentTitles(context: Context, scenario: string): Promise<Readonly<Record<string, string>>> {
  const { listScenarioIds, loadScenario } = await context.services.scenarios();
  if (!listScenarioIds().includes(scenario)) return {};
  const { experiments } = await loadScenario(scenario);
  return Object.fromEntries(experiments.map(({ id, title }) => [id, title]));
}
