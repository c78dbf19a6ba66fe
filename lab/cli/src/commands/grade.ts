import { constants } from 'node:fs';
import { access, mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Report, type Scenario, UsageError } from '@lab/sdk';
import type { VariantName } from '@lab/workspace';
import { chooseScenario } from '../choose-scenario.ts';
import type { CommandInput, Context } from '../context.ts';
import type { Subject } from '../grade/grade-subject.ts';
import { pausePractice } from '../grade/pause-practice.ts';
import { printReport, reportText } from '../grade/print-report.ts';
import { wantedReports, writeReports } from '../grade/report-files.ts';
import { keepPage, shownPage } from '../grade/run-page.ts';
import { type SessionTeller, tellSession } from '../grade/tell-session.ts';
import { toldGrade } from '../grade/told-grade.ts';
import { withTestbed } from '../grade/with-testbed.ts';
import { openLog } from '../log-file.ts';
import { createTasks } from '../output/tasks.ts';
import { prepareTools, type ReadyTools, toolsOf } from '../prepare-tools.ts';
import { integerOption, newSeed, seedLimits, textOption } from '../read-options.ts';

/** `lab grade`: boots parts of its own, measures, judges, reports. The exit code is the verdict. */
export async function grade(context: Context, input: CommandInput): Promise<number> {
  const scenario = await chooseScenario(context, input.args[0]);
  const { toStdout, files } = await wantedReports(context, input);
  const subject = await chooseSubject(context, scenario, input);
  const seed = integerOption(input, 'seed', seedLimits) ?? newSeed();
  const { output } = context;
  const out = textOption(input, 'out');
  const outDir = out === undefined ? null : await makeOutDir(resolve(context.io.cwd, out));
  output.say(`Grading ${subject.name} of ${output.paintProgress.bold(scenario.id)} (seed ${seed})`);
  const report = await measure(context, { scenario, subject, seed });
  if (outDir !== null) await writeFile(join(outDir, 'report.json'), reportText(report));
  const runDir = runDirOf(context, report);
  await writeReports(context, files, { runDir, report });
  const page = await shownPage(context, runDir);
  return await printReport(context, report, { asJson: output.json || toStdout, page });
}

function runDirOf({ labDir }: Context, report: Report): string {
  return join(labDir, 'runs', report.lab.run);
}

async function measure(
  context: Context,
  options: { scenario: Scenario; subject: Subject; seed: number },
): Promise<Report> {
  const tasks = createTasks(context.output);
  const { sweepLeftovers } = await context.services.runtime();
  await sweepLeftovers({ repoRoot: context.repoRoot, log: openLog(context.labDir) });
  tasks.begin('Find the tools');
  const remarks: string[] = [];
  const tools = await prepareTools(context, toolsOf(options.scenario), {
    onNote: (text) => tasks.note(text),
    onRemark: (text) => remarks.push(text),
  });
  tasks.done();
  for (const remark of remarks) context.output.warn(remark);
  await using _paused = await pausePractice(context);
  await using teller = tellSession(context.labDir);
  const attempt = (): Promise<Report> => measureOnce(context, { ...options, tools, tasks, teller });
  const first = await attempt();
  if (first.verdict !== 'inconclusive') return first;
  context.output.say(`${first.lab.problem ?? 'The run was inconclusive.'} Once more, with new parts.`);
  return await attempt();
}

async function measureOnce(
  context: Context,
  options: {
    scenario: Scenario;
    subject: Subject;
    seed: number;
    tools: ReadyTools;
    tasks: ReturnType<typeof createTasks>;
    teller: SessionTeller;
  },
): Promise<Report> {
  const { scenario, tools, tasks } = options;
  tasks.begin(`Start ${scenario.stack.parts.join(', ')}`);
  try {
    const report = await withTestbed(context, { scenario, tools }, async (testbed) => {
      tasks.done();
      return await toldGrade(context, { ...options, testbed, versions: tools.versions, signal: context.signal });
    });
    await keepPage(context, { runDir: runDirOf(context, report), report });
    return report;
  } catch (error) {
    tasks.failed();
    throw error;
  }
}

async function chooseSubject(context: Context, scenario: Scenario, input: CommandInput): Promise<Subject> {
  const variant = textOption(input, 'variant');
  const folder = textOption(input, 'workspace');
  const { listVariants, workspaceDir, ...workspace } = await context.services.workspace();
  if (variant !== undefined) {
    const assertVariantName: (name: string) => asserts name is VariantName = workspace.assertVariantName;
    if (folder !== undefined) {
      throw new UsageError('E_OPTION', { message: '--workspace and --variant do not go together.' });
    }
    assertVariantName(variant);
    const known = ['reference', ...(await listVariants(context.repoRoot, scenario.id))];
    if (!known.includes(variant)) {
      throw new UsageError('E_VARIANT_UNKNOWN', {
        message: `${scenario.id} has no variant "${variant}".`,
        hint: `it has ${known.join(', ')}`,
      });
    }
    return { name: variant, variant };
  }
  const from = folder === undefined ? workspaceDir(context.repoRoot, scenario.id) : resolve(context.io.cwd, folder);
  if ((await stat(from).catch(() => null))?.isDirectory() !== true) {
    throw new UsageError('E_WORKSPACE_MISSING', {
      message: `There is no workspace at ${from}.`,
      hint: `npx lab start ${scenario.id} makes one`,
    });
  }
  return { name: 'workspace', variant: 'broken', from };
}

/** Before anything is measured: half a minute is a long way to a typing slip. */
async function makeOutDir(dir: string): Promise<string> {
  try {
    await mkdir(dir, { recursive: true });
    await access(dir, constants.W_OK);
    return dir;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError('E_OPTION', { message: `--out ${dir} cannot be written: ${reason}.`, cause });
  }
}
