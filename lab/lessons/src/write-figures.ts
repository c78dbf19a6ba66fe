import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listScenarioIds, loadScenario } from '@lab/scenarios';
import { reportSchema, type Scenario } from '@lab/sdk';
import { type Figures, figuresOf, figuresSchema } from './figures.ts';
import { withFigures } from './figures-in-lesson.ts';
import { withWrongFixes } from './wrong-fixes.ts';

interface Place {
  readonly repoRoot: string;
  readonly print: (line: string) => void;
}

const usage = `Usage: node lab/lessons/bin/write-figures.ts --commit <id> <report.json> …

Takes the reports that \`npx lab grade <scenario> --variant <name> --out <folder>\` leaves, writes
lessons/figures/<scenario>.json, and brings the figures and the lists of wrong fixes in the lessons up to date. Without
reports: the lessons only. A report takes the place of an older one of the same variant.`;

/** Writes figures from reports, and into lessons. Resolves with the exit code. Throws what the files or the figures throw. */
export async function writeFigures(argv: readonly string[], { repoRoot, print }: Place): Promise<number> {
  const options = { commit: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  if (values.help || (positionals.length > 0 && values.commit === undefined)) {
    print(usage);
    return values.help ? 0 : 64;
  }
  const reports = await Promise.all(
    positionals.map(async (file) => reportSchema.parse(JSON.parse(await readFile(file, 'utf8')))),
  );
  const folder = join(repoRoot, 'lessons', 'figures');
  await mkdir(folder, { recursive: true });
  for (const scenario of new Set(reports.map((report) => report.scenario))) {
    const own = reports.filter((report) => report.scenario === scenario);
    const figures = figuresOf(own, values.commit ?? '');
    const file = join(folder, `${scenario}.json`);
    const kept = (await readFigures(file))?.measurements.filter((one) => own.every((r) => r.subject !== one.subject));
    const all: Figures = { ...figures, measurements: [...(kept ?? []), ...figures.measurements] };
    await writeFile(file, `${JSON.stringify(figuresSchema.parse(all), null, 2)}\n`);
    print(`lessons/figures/${scenario}.json: ${all.measurements.map(({ subject }) => subject).join(', ')}`);
  }
  await fillLessons(repoRoot, print);
  return 0;
}

async function fillLessons(repoRoot: string, print: (line: string) => void): Promise<void> {
  const figures = await loadFigures(repoRoot);
  const scenarios = await loadScenarios();
  const folder = join(repoRoot, 'lessons');
  for (const { name } of (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory())) {
    const file = join(folder, name, 'index.md');
    const text = await readFile(file, 'utf8').catch(() => undefined); // A folder that is no lesson: figures.
    if (text === undefined) continue;
    const withLists = withWrongFixes(text, (id) => scenarios.get(id));
    const filled = withFigures(withLists, (id) => figures.get(id));
    if (filled === text) continue;
    await writeFile(file, filled);
    print(`lessons/${name}/index.md: brought up to date`);
  }
}

/** Every scenario that there is, by id. */
export async function loadScenarios(): Promise<ReadonlyMap<string, Scenario>> {
  return new Map(await Promise.all(listScenarioIds().map(async (id) => [id, await loadScenario(id)] as const)));
}

/** All figures of the repository, by scenario. */
export async function loadFigures(repoRoot: string): Promise<ReadonlyMap<string, Figures>> {
  const folder = join(repoRoot, 'lessons', 'figures');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const all = await Promise.all(names.map((name) => readFigures(join(folder, name))));
  return new Map(all.flatMap((figures) => (figures ? [[figures.scenario, figures] as const] : [])));
}

async function readFigures(file: string): Promise<Figures | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : figuresSchema.parse(JSON.parse(text));
}
