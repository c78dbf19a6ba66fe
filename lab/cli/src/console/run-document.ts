import { basename, join } from 'node:path';
import type { Report } from '@lab/sdk';
import type { Context } from '../context.ts';
import { findRun, listRuns } from '../find-run.ts';
import { whatMustHold } from '../lesson-section.ts';
import { readProgress } from '../progress-file.ts';
import { recordedEvidence, recordedReport } from '../recorded-run.ts';
import { operationSeries } from './operation-series.ts';
import { storedEvents } from './practice-course.ts';

/** Of the calls that a check names: more than anybody reads. */
const operationsMax = 200;

/** Everything that the pages show of one run. @throws UsageError, LabError as `lab run show` does. */
export async function runDocument(context: Context, run: string, grade: string | null): Promise<unknown> {
  const runDir = await findRun(context.labDir, grade === null ? run : `${run}/${grade}`);
  const common = { schema: 'lab.console-run/1', run, grade };
  const events = await storedEvents(runDir);
  const isPractice = events?.some(({ event, name }) => event === 'phase' && name === 'practice') === true;
  if (isPractice) return { ...common, kind: 'practice', events };
  const report = await recordedReport(context, runDir, (other) => `npx lab run show ${other}`);
  const judging = await context.services.judge();
  const evidence = await recordedEvidence(context, runDir);
  const story = evidence === null ? null : judging.runStory(report, evidence);
  return {
    ...common,
    kind: 'grade',
    report,
    timeline: story?.timeline ?? [],
    operations: (story?.operations ?? []).map((named) => ({
      ...named,
      operations: named.operations.slice(0, operationsMax),
    })),
    series: evidence === null ? [] : operationSeries(evidence.history),
    hints: await hintsOf(context, report.scenario),
    lessons: await lessonsOf(context, report),
    reference: await referenceFor(context, { run: basename(runDir), report }),
  };
}

/** Only the rungs that were seen: the others wait for `lab hint`. */
async function hintsOf(context: Context, scenario: string): Promise<{ total: number; seen: readonly string[] }> {
  const { listScenarioIds, loadScenario } = await context.services.scenarios();
  if (!listScenarioIds().includes(scenario)) return { total: 0, seen: [] };
  const { hints } = await loadScenario(scenario);
  const progress = await readProgress(context.labDir);
  return { total: hints.length, seen: hints.slice(0, progress.hints[scenario] ?? 0) };
}

/** What the lesson says of each check, and the experiments that it needs, by the check's id. */
async function lessonsOf(context: Context, { scenario: id, checks }: Report) {
  const { listScenarioIds, loadScenario } = await context.services.scenarios();
  if (!listScenarioIds().includes(id)) return {};
  const declared = (await loadScenario(id)).checks;
  const told = checks.map(async (check) => {
    const own = declared.find((one) => one.id === check.id);
    const lesson = own?.lesson ?? check.findings[0]?.lesson ?? null;
    const paragraphs = lesson === null ? [] : await whatMustHold(context.repoRoot, lesson);
    return [check.id, { lesson, paragraphs, experiments: own?.experiments ?? [] }] as const;
  });
  return Object.fromEntries(await Promise.all(told));
}

/** The newest stored run of the reference in the same scenario; null where there is none. */
async function referenceFor(context: Context, subject: { run: string; report: Report }): Promise<string | null> {
  const { loadReport } = await context.services.judge();
  for (const run of await listRuns(context.labDir)) {
    if (run === subject.run) continue;
    const report = await loadReport(join(context.labDir, 'runs', run)).catch(() => null);
    if (report?.subject === 'reference' && report.scenario === subject.report.scenario) return run;
  }
  return null;
}
