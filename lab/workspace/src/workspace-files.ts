import { dirname, join, relative } from 'node:path';
import type { Scenario } from '@lab/sdk';
import type { FileTree } from './file-tree.ts';
import { serviceDir, workspaceDir } from './paths.ts';
import { readVariant } from './variants.ts';
import { workspaceReadme } from './workspace-readme.ts';

/**
 * Options of the service, for a copy of it at `dir`: editors and `tsc -p .` work there, and packages
 * are found by walking up to the repository's `node_modules`.
 */
export function copyTsconfig(repoRoot: string, dir: string): Buffer {
  const options = {
    extends: `${relative(dir, serviceDir(repoRoot)).replaceAll('\\', '/')}/tsconfig.json`,
    compilerOptions: {
      composite: false,
      declaration: false,
      emitDeclarationOnly: false,
      noEmit: true,
      rootDir: '.',
    },
    include: ['src', 'bin'],
    exclude: ['node_modules'],
    references: [],
  };
  return Buffer.from(`${JSON.stringify(options, null, 2)}\n`);
}

/** All that a new workspace holds: reference, broken overlay, and the lab's own files. */
export async function readStart(repoRoot: string, scenario: Scenario): Promise<FileTree> {
  const variant = await readVariant(repoRoot, scenario.id, 'broken');
  const dir = workspaceDir(repoRoot, scenario.id);
  const servicePage = variant.get('README.md');
  return new Map([
    ...variant,
    // The page about the exercise takes the name that people open first.
    ...(servicePage === undefined ? [] : [['SERVICE.md', servicePage] as const]),
    ['README.md', Buffer.from(workspaceReadme(scenario))],
    ['tsconfig.json', copyTsconfig(repoRoot, dir)],
    ['.gitignore', Buffer.from('node_modules/\n.env\n*.tsbuildinfo\n')],
  ]);
}

/** A folder of the lab's own beside the workspace, on the same file system, so that a rename is enough. */
export function siblingDir(repoRoot: string, scenario: string, what: string): string {
  const dir = workspaceDir(repoRoot, scenario);
  return join(dirname(dir), `.${scenario}-${what}`);
}
