import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Folders and files that every run of every variant depends on. */
const common = [
  'lab/service/src',
  'lab/service/bin',
  'lab/service/migrations',
  'lab/service/package.json',
  'lab/libraries/package.json',
  'lab/sdk/src',
  'lab/runner/src',
  'lab/runtime/src',
  'lab/runtime/package.json',
  'lab/workspace/src',
  'lab/world/src',
  'lab/world/bin',
  'grader/checks/src',
  'grader/judge/src/judge.ts',
  'scenarios/shared',
];

/**
 * Hash of all that goes into a run of one variant: the service, the overlay, the scenario, and what
 * measures and judges. Tests, prose and the proof itself change no verdict and are left out, and so
 * are the other variants.
 */
export async function inputsHash(repoRoot: string, scenario: string, variant: string): Promise<string> {
  const scenarioDir = join(repoRoot, 'scenarios', scenario);
  const overlay = variant === 'reference' ? [] : [join(scenarioDir, variant)];
  const files = [
    ...(await filesBelow(common.map((path) => join(repoRoot, path)))),
    ...(await filesBelow([scenarioDir])).filter((file) => isDeclaration(relative(scenarioDir, file))),
    ...(await filesBelow(overlay)),
  ];
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    hash
      .update(`${relative(repoRoot, file).split(sep).join('/')}\0`)
      .update(await readFile(file))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 32);
}

function isDeclaration(path: string): boolean {
  const [first = ''] = path.split(sep);
  return !['broken', 'mutants', 'solutions', 'golden', 'proof.json', 'overlay.lock.json'].includes(first);
}

async function filesBelow(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOTDIR') return null;
          if (error.code === 'ENOENT') return [];
          throw error;
        },
      );
      if (entries === null) return [path];
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    }),
  );
  return found.flat().filter((file) => !/\.test\.ts$|\.md$|[\\/]testing[\\/]/.test(file));
}
