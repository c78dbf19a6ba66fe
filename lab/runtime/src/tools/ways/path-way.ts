import path from 'node:path';
import type { ToolEntry } from '../tool-table.ts';
import type { WayContext } from '../tool-types.ts';
import { examineProgram, isExecutableFile } from './found-program.ts';

export type PathOutcome = { readonly path: string; readonly version: string } | { readonly outcome: string };

/** The first program on PATH that suits, else what was found there. */
export async function fromPath(context: WayContext, entry: ToolEntry): Promise<PathOutcome> {
  const problems: string[] = [];
  for (const folder of new Set((context.env.PATH ?? '').split(path.delimiter))) {
    if (!path.isAbsolute(folder)) continue;
    const executable = path.join(folder, entry.executable);
    if (!(await isExecutableFile(executable))) continue;
    const found = await examineProgram(context, entry, executable);
    if (found.problem === undefined) return found;
    problems.push(`${executable}: ${found.problem}`);
  }
  return { outcome: problems.join('; ') || `no ${entry.executable} there` };
}
