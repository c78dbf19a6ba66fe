import type { CommandInput, Context } from '../context.ts';
import { findRun } from '../find-run.ts';
import { printReport } from '../grade/print-report.ts';

/** `lab judge`: the recorded evidence of a run, judged again. What the evidence does not hold comes from its report. */
export async function judge(context: Context, input: CommandInput): Promise<number> {
  const runDir = await findRun(context.labDir, input.args[0]);
  const judging = await context.services.judge();
  const stored = await judging.loadReport(runDir);
  if (stored.rejection !== null) return await printReport(context, stored);
  const evidence = await judging.loadEvidence(runDir);
  const { loadScenario } = await context.services.scenarios();
  const { machine, versions, phases } = stored.lab;
  const report = judging.judge({
    scenario: await loadScenario(evidence.scenario),
    evidence,
    subject: stored.subject,
    lab: { machine, versions, phases },
    ignoredFiles: stored.ignoredFiles,
  });
  return await printReport(context, report);
}
