import { stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import type { Context } from '../context.ts';
import { type ReportedRun, renderedPage } from './report-files.ts';
import { writeWhole } from './write-whole.ts';

/** Where the page of a run is, once it has been made. */
export function pageFile(runDir: string): string {
  return join(runDir, 'report.html');
}

/** Makes the page of a run in its folder. */
export async function writePage(context: Context, run: ReportedRun): Promise<void> {
  writeWhole(pageFile(run.runDir), await renderedPage(context, run));
}

/** After a grade: a page that cannot be made costs no verdict. */
export async function keepPage(context: Context, run: ReportedRun): Promise<void> {
  try {
    await writePage(context, run);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.output.warn(`The page of this run could not be made: ${reason}`);
  }
}

/** The page as it is best typed from here; undefined where there is none. */
export async function shownPage(context: Context, runDir: string): Promise<string | undefined> {
  const file = pageFile(runDir);
  if (!(await isThere(file))) return undefined;
  const near = relative(context.io.cwd, file);
  return near.startsWith('..') || isAbsolute(near) ? file : near;
}

export async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null))?.isFile() === true;
}
