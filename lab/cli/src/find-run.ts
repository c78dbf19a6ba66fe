import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '@lab/sdk';
import { suggest } from './suggest.ts';

/** Run ids of this checkout, newest first. */
export async function listRuns(labDir: string): Promise<string[]> {
  const names = await readdir(join(labDir, 'runs')).catch(() => []);
  return names
    .filter((name) => /^\d{8}-\d{6}-[0-9a-f]{4}$/.test(name))
    .sort()
    .reverse();
}

/** Grades that share one run, as those of `lab verify` do: `<variant>-<seed>`, sorted. */
export async function listGraded(runDir: string): Promise<string[]> {
  return (await readdir(join(runDir, 'graded')).catch(() => [])).sort();
}

/**
 * The folder of a run, named in full or by an end or beginning that only it has. `<run>/<grade>` names
 * one of several grades that share a run.
 *
 * @throws UsageError `E_RUN_UNKNOWN`.
 */
export async function findRun(labDir: string, given: unknown): Promise<string> {
  const [named = '', grade] = String(given).split('/');
  const runDir = await findWholeRun(labDir, named);
  if (grade === undefined) return runDir;
  const graded = await listGraded(runDir);
  if (graded.includes(grade)) return join(runDir, 'graded', grade);
  const meant = suggest(grade, graded);
  throw new UsageError('E_RUN_UNKNOWN', {
    message: `The run ${named} holds no grade "${grade}".`,
    hint: meant === null ? 'npx lab run list' : `Did you mean ${named}/${meant}?`,
  });
}

async function findWholeRun(labDir: string, name: string): Promise<string> {
  const runs = await listRuns(labDir);
  const matches = runs.filter((run) => run === name || run.startsWith(name) || run.endsWith(name));
  const [run] = matches;
  if (run !== undefined && matches.length === 1) return join(labDir, 'runs', run);
  const meant = suggest(name, runs);
  throw new UsageError('E_RUN_UNKNOWN', {
    message: matches.length > 1 ? `"${name}" names ${matches.length} runs.` : `There is no run "${name}".`,
    hint: meant === null || matches.length > 1 ? 'npx lab run list' : `Did you mean ${meant}?`,
  });
}
