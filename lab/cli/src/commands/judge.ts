import type { Report } from '@lab/sdk';
import type { CommandInput, Context } from '../context.ts';
import { findRun } from '../find-run.ts';
import { printReport } from '../grade/print-report.ts';
import { wantedReports, writeReports } from '../grade/report-files.ts';

/** `lab judge`: the recorded evidence of a run, judged again. What the evidence does not hold comes from its report. */
export async function judge(context: Context, input: CommandInput): Promise<number> {
  const { toStdout, files } = await wantedReports(context, input);
  const runDir = await findRun(context.labDir, input.args[0]);
  const report = await judgedAgain(context, runDir);
  await writeReports(context, files, { runDir, report });
  return await printReport(context, report, { asJson: context.output.json || toStdout });
}

async function judgedAgain(context: Context, runDir: string): Promise<Report> {
  const judging = await context.services.judge();
  const stored = await judging.loadReport(runDir);
  if (stored.rejection !== null) return stored;
  const evidence = await judging.loadEvidence(runDir);
  const { loadScenario } = await context.services.scenarios();
  const { machine, versions, phases } = stored.lab;
  return judging.judge({
    scenario: await loadScenario(evidence.scenario),
    evidence,
    subject: stored.subject,
    lab: { machine, versions, phases },
    ignoredFiles: stored.ignoredFiles,
  });
}
