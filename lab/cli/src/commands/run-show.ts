import type { Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { experimentTitles, givenRun, recordedEvidence, recordedReport } from '../recorded-run.ts';

/** `lab run show`: the report of a recorded run, its timeline, and the operations that its findings name. */
export async function showRun(context: Context, given: unknown): Promise<number> {
  const runDir = await givenRun(context, given);
  const judging = await context.services.judge();
  const report = await recordedReport(context, runDir, (run) => `npx lab run show ${run}`);
  const { io, output } = context;
  const evidence = await recordedEvidence(context, runDir);
  const story = evidence === null ? null : judging.runStory(report, evidence);
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
