import { UsageError } from '@lab/sdk';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { wantedReports, writeReports } from '../grade/report-files.ts';
import { givenRun, recordedReport } from '../recorded-run.ts';

/** `lab run export`: the report of a recorded run, in other forms, into files. */
export async function exportRun(context: Context, given: unknown, input: CommandInput): Promise<number> {
  const { toStdout, files } = await wantedReports(context, input);
  if (toStdout || files.length === 0) {
    throw new UsageError('E_OPTION', {
      message: 'lab run export takes at least one --report with a file.',
      hint: exportCommand('<run>'),
    });
  }
  const runDir = await givenRun(context, given);
  const report = await recordedReport(context, runDir, exportCommand);
  await writeReports(context, files, { runDir, report });
  context.output.result({ schema: 'lab.run-export/1', run: report.lab.run, files }, () =>
    files.map(({ form, file }) => `${form}  ${file}`),
  );
  return exitCode.done;
}

/** How it is typed. */
export function exportCommand(run: string): string {
  return `npx lab run export ${run} --report html=report.html`;
}
