import { constants } from 'node:fs';
import { access, glob, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { askVersionOnce } from '../tool-probe.ts';
import type { ToolEntry } from '../tool-table.ts';
import type { WayContext } from '../tool-types.ts';

/** A program found on this machine, with its version; `problem` says in plain words why it does not suit. */
export type FoundProgram =
  | { readonly path: string; readonly version: string; readonly problem?: undefined }
  | { readonly path: string; readonly problem: string };

/** Where Varnish's modules lie relative to its folder, by packager; Debian has one more for each kind of processor. */
const MODULE_FOLDERS = ['../lib/*/varnish/vmods', '../lib/varnish/vmods', '../lib64/varnish/vmods'];

/** Where pg_stat_statements lies relative to PostgreSQL's bin folder, by packager. */
const CONTRIB_FOLDERS = ['../lib/postgresql', '../lib', '../lib64/pgsql', '../lib64'];

/** Looks whether an executable suits the tool. For postgres the path that is returned is its bin folder. */
export async function examineProgram(context: WayContext, entry: ToolEntry, executable: string): Promise<FoundProgram> {
  if (!(await isExecutableFile(executable))) return { path: executable, problem: 'there is no executable file' };
  let version: string;
  try {
    version = await askVersionOnce(context, entry, executable);
  } catch (error) {
    context.signal.throwIfAborted();
    return { path: executable, problem: error instanceof Error ? error.message : String(error) };
  }
  if (!entry.suits.suits(version)) {
    return { path: executable, problem: `it is ${version}, and the lab needs ${entry.suits.text}` };
  }
  if (entry.name === 'postgres') return examinePostgres(executable, version);
  if (entry.name === 'varnish') return examineVarnish(executable, version);
  return { path: executable, version };
}

/** True for a file that this user may execute. */
export async function isExecutableFile(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function examinePostgres(executable: string, version: string): Promise<FoundProgram> {
  const bin = path.dirname(await realpath(executable));
  for (const name of ['initdb', 'pg_ctl']) {
    if (!(await isExecutableFile(path.join(bin, name)))) return { path: bin, problem: `${name} is not beside it` };
  }
  const libraries = CONTRIB_FOLDERS.flatMap((folder) =>
    ['so', 'dylib'].map((ending) => path.join(bin, folder, `pg_stat_statements.${ending}`)),
  );
  const present = await Promise.all(
    libraries.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (!present.includes(true)) return { path: bin, problem: 'its pg_stat_statements is not installed' };
  return { path: bin, version };
}

/** The module of purges by tag is a package of its own. What we unpacked ourselves lies elsewhere, and is whole. */
async function examineVarnish(executable: string, version: string): Promise<FoundProgram> {
  const folder = path.dirname(await realpath(executable));
  const patterns = [...MODULE_FOLDERS, 'root/usr/lib/*/varnish/vmods'].map((name) =>
    path.join(folder, name, 'libvmod_xkey.so'),
  );
  for await (const _ of glob(patterns)) return { path: executable, version };
  return { path: executable, problem: 'its module xkey (varnish-modules) is not installed' };
}
