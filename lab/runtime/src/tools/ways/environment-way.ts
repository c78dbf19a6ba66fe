import { stat } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError } from '@lab/sdk';
import type { ToolEntry } from '../tool-table.ts';
import type { WayContext } from '../tool-types.ts';
import { examineProgram } from './found-program.ts';

/**
 * The program that a LAB_…_PATH variable names: the executable, or the folder that holds it. Undefined where
 * the variable is not set. One that does not work is an error: running another one would hide it.
 */
export async function fromEnvironment(
  context: WayContext,
  entry: ToolEntry,
): Promise<{ path: string; version: string } | undefined> {
  const named = context.env[entry.variable];
  if (!named) return undefined;
  const isFolder = await stat(named).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  const executable = path.resolve(isFolder ? path.join(named, entry.executable) : named);
  const found = await examineProgram(context, entry, executable);
  if (found.problem === undefined) return found;
  throw new EnvironmentError('E_TOOL_UNSUITABLE', {
    message: `${entry.variable} names ${executable}, which cannot be used: ${found.problem}.`,
    hint: `unset ${entry.variable}`,
  });
}
