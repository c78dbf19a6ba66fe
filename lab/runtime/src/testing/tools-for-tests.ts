import process from 'node:process';
import { cacheFolder } from '../tools/cache-folder.ts';
import { resolveTools } from '../tools/resolve-tools.ts';
import type { ToolName, ToolPaths } from '../tools/tool-types.ts';

const LIMIT_MS = 280_000;

/** The tools that an integration test starts: found as the lab finds them. */
export async function toolsForTests(names: readonly ToolName[]): Promise<ToolPaths> {
  const env = process.env;
  const found = await resolveTools(names, { cacheDir: cacheFolder(env), signal: AbortSignal.timeout(LIMIT_MS), env });
  return Object.fromEntries(names.map((name) => [name, found[name].path]));
}
