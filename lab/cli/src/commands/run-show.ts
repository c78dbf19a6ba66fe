import { basename } from 'node:path';
import type { RunStory } from '@lab/judge';
import { type Report, UsageError } from '@lab/sdk';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { findRun, listGraded } from '../find-run.ts';

/** `lab run show`: the report of a recorded run, its timeline, and the operations that its findings name. */
export async function showRun(context: Context, given: unknown): Promise<number> {
  if (typeof given !== 'string') {
    throw new UsageError('E_RUN_NEEDED', { message: 'Which run?', hint: 'npx lab run list' });
  }
  const runDir = await findRun(context.labDir, given);
  const judging = await context.services.judge();
  const report = await judging.loadReport(runDir).catch(async (error: unknown) => {
    throw (await severalGrades(runDir)) ?? error;
  });
  const { io, output } = context;
  const story = await storyOf(context, runDir, report);
  if (output.json) {
    const { timeline, operations } = story ?? { timeline: null, operations: null };
    output.result({ schema: 'lab.run-show/1', run: report.lab.run, report, timeline, operations }, () => []);
    return exitCode.done;
  }
  const look = { color: output.color, width: output.width };
  io.stdout.write(`${judging.renderTerminal(report, { ...look, next: false })}\n`);
  io.stdout.write(
    story === null
      ? 'This run ended before there was evidence: it has no timeline.\n'
      : judging.renderStory(story, { ...look, titles: await experimentTitles(context, report.scenario) }),
  );
  return exitCode.done;
}

/** Null where the code was rejected, or the lab broke down, before there was evidence. */
async function storyOf(context: Context, runDir: string, report: Report): Promise<RunStory | null> {
  const { loadEvidence, runStory } = await context.services.judge();
  try {
    return runStory(report, await loadEvidence(runDir));
  } catch (error) {
    if ((error as { code?: unknown }).code === 'E_RUN_NOT_FOUND') return null;
    throw error;
  }
}

/** A run of `lab verify` holds a report for each variant, and none of its own. */
async function severalGrades(runDir: string): Promise<UsageError | null> {
  const graded = await listGraded(runDir);
  if (graded.length === 0) return null;
  const run = basename(runDir);
  return new UsageError('E_RUN_HAS_SEVERAL', {
    message: `${run} is a run of lab verify: it holds ${graded.length} grades:\n  ${graded.join('\n  ')}`,
    hint: `npx lab run show ${run}/${graded[0]}`,
  });
}

/** None for a scenario that this checkout no longer has. */
async function experimentTitles(context: Context, scenario: string): Promise<Readonly<Record<string, string>>> {
  const { listScenarioIds, loadScenario } = await context.services.scenarios();
  if (!listScenarioIds().includes(scenario)) return {};
  const { experiments } = await loadScenario(scenario);
  return Object.fromEntries(experiments.map(({ id, title }) => [id, title]));
}
