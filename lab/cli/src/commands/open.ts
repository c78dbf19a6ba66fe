import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '@lab/sdk';
import { openConsole } from '../console/open-console.ts';
import type { CommandInput, Context } from '../context.ts';
import { openFile } from '../editor/open-file.ts';
import { exitCode } from '../exit-codes.ts';
import { findRun, listRuns } from '../find-run.ts';
import { isThere, pageFile, writePage } from '../grade/run-page.ts';
import { openInBrowser } from '../open-in-browser.ts';
import { flagOption, textOption } from '../read-options.ts';
import { recordedReport } from '../recorded-run.ts';

/** `lab open`: the page of a run, the newest grade's where none is named. Without a display its address is printed. */
export async function open(context: Context, input: CommandInput): Promise<number> {
  const [given] = input.args;
  const name = textOption(input, 'file');
  if (name !== undefined && !flagOption(input, 'console')) return await openFile(context, { scenario: given, name });
  if (flagOption(input, 'console')) {
    if (name !== undefined) throw new UsageError('E_OPTION', { message: '--console and --file do not go together.' });
    if (given === undefined) return await openConsole(context);
    throw new UsageError('E_OPTION', { message: '--console goes with no run: it shows all of them.' });
  }
  const runDir = given === undefined ? await newestGrade(context) : await findRun(context.labDir, given);
  const report = await recordedReport(context, runDir, (run) => `npx lab open ${run}`);
  const file = pageFile(runDir);
  // Runs of `lab verify` have none until somebody wants to see it.
  if (!(await isThere(file))) await writePage(context, { runDir, report });
  const opened = !context.output.json && (await openInBrowser(file, context.io.env));
  const url = pathToFileURL(file).href;
  context.output.result({ schema: 'lab.open/1', run: report.lab.run, file, url, opened }, () =>
    opened ? [file] : [file, url],
  );
  return exitCode.done;
}

async function newestGrade({ labDir }: Context): Promise<string> {
  for (const run of await listRuns(labDir)) {
    const runDir = join(labDir, 'runs', run);
    if (await isThere(join(runDir, 'report.json'))) return runDir;
  }
  throw new UsageError('E_NO_RUN', { message: 'Nothing has been graded yet.', hint: 'npx lab grade' });
}
