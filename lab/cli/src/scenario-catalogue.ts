import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from './context.ts';

export interface CatalogueEntry {
  readonly id: string;
  readonly family: string;
  readonly title: string;
  readonly level: string;
  readonly minutes: number;
  readonly lesson: string;
  readonly checks: readonly { readonly id: string; readonly title: string; readonly points: number }[];
}

/** Folders whose TypeScript files decide what a declaration says. */
const sources = ['scenarios', 'grader/checks/src', 'lab/sdk/src'];

/**
 * Every scenario in short. Loading the declarations takes longer than all else in `lab list`, so the
 * answer is kept for as long as no source file has changed.
 */
export async function listScenarios(context: Context): Promise<readonly CatalogueEntry[]> {
  const file = join(context.labDir, 'catalogue.json');
  const key = await sourcesKey(context.repoRoot);
  const kept = await readKept(file, key);
  if (kept !== null) return kept;
  const { listScenarioIds, loadScenario } = await context.services.scenarios();
  const scenarios = await Promise.all(listScenarioIds().map(loadScenario));
  const entries = scenarios.map(({ id, family, title, level, minutes, lesson, checks }) => ({
    id,
    family,
    title,
    level,
    minutes,
    lesson,
    checks: checks.map((check) => ({ id: check.id, title: check.title, points: check.points })),
  }));
  await keep(file, JSON.stringify({ key, entries }));
  return entries;
}

async function keep(file: string, text: string): Promise<void> {
  const next = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(next, text);
    await rename(next, file);
  } catch {
    // A checkout that cannot be written: the next call loads the declarations again.
    await rm(next, { force: true }).catch(() => undefined);
  }
}

async function readKept(file: string, key: string): Promise<readonly CatalogueEntry[] | null> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as { key: string; entries: readonly CatalogueEntry[] };
    return kept.key === key ? kept.entries : null;
  } catch {
    // Not there yet, or damaged: it is made again.
    return null;
  }
}

async function sourcesKey(repoRoot: string): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of await declarationFiles(join(repoRoot, source))) {
      const { mtimeMs, size } = await stat(file);
      hash.update(`${file}\0${mtimeMs}\0${size}\n`);
    }
  }
  return hash.digest('hex');
}

/** TypeScript files of the folder and of its folders; variants lie deeper, or hold no declarations. */
async function declarationFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(dir, entry.name));
  const nested = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder, { withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(folder, entry.name)),
    ),
  );
  const own = entries.filter((entry) => entry.isFile()).map((entry) => join(dir, entry.name));
  return [...own, ...nested.flat()].filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts')).sort();
}
