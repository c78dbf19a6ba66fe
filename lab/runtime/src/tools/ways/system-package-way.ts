import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StagedTool } from '../install-tool.ts';
import { runCommand, runOrThrow } from '../run-command.ts';
import type { ToolEntry } from '../tool-table.ts';
import type { WayContext } from '../tool-types.ts';
import { type Apt, createApt } from './apt.ts';
import { isExecutableFile } from './found-program.ts';
import { askSuitingVersion } from './release-way.ts';

const UNPACK_LIMIT_MS = 60_000;
/** redis-tools → libsystemd0 → libgcrypt20 → libgpg-error0 is the longest chain there is today. */
const DEPTH_MAX = 5;

/**
 * Debian and Ubuntu packages, unpacked into the cache: nothing is installed, so root is not needed. Libraries
 * that this machine lacks come from the packages' own dependencies, level by level, until none is missing.
 */
export async function fromSystemPackages(
  context: WayContext,
  entry: ToolEntry,
  source: { readonly packages: readonly string[]; readonly words: readonly string[]; readonly stageDir: string },
): Promise<StagedTool> {
  const apt = await createApt(context);
  const root = path.join(source.stageDir, 'root');
  await mkdir(root);
  context.report(`downloading the packages ${source.packages.join(', ')}`);
  await unpackPackages(context, apt, { packages: source.packages, root });
  const program = await programIn(root, entry.executable);
  if (program === undefined) throw new Error(`the packages do not hold ${entry.executable}`);

  let level = source.packages;
  const seen = new Set(level);
  for (let depth = 0; depth < DEPTH_MAX; depth += 1) {
    const missing = await missingLibraries(context, root, program);
    if (missing.length === 0) break;
    level = (await apt.dependencies(level)).filter((name) => !seen.has(name));
    const wanted = await apt.notInstalled(level);
    for (const name of level) seen.add(name);
    if (level.length === 0) throw new Error(`no package holds ${missing.join(', ')}`);
    if (wanted.length === 0) continue;
    context.report(`downloading the libraries ${wanted.join(', ')}`);
    await unpackPackages(context, apt, { packages: wanted, root });
  }
  await keepProgramsAndLibraries(root);
  const { words } = source;
  const folders = await libraryFolders(root);
  await writeWrapper(source.stageDir, { program, executable: entry.executable, folders, words });
  const version = await askSuitingVersion(context, entry, path.join(source.stageDir, entry.executable));
  return { version, executable: entry.executable };
}

async function unpackPackages(
  context: WayContext,
  apt: Apt,
  what: { readonly packages: readonly string[]; readonly root: string },
): Promise<void> {
  const folder = `${what.root}-packages`;
  await mkdir(folder);
  await apt.download(what.packages, folder);
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.deb')) continue;
    const options = { env: context.env, signal: context.signal, limitMs: UNPACK_LIMIT_MS };
    await runOrThrow('dpkg-deb', ['-x', path.join(folder, name), what.root], options);
  }
  await rm(folder, { recursive: true });
}

/** Debian keeps programs for administrators, as HAProxy, in a folder of their own. */
async function programIn(root: string, executable: string): Promise<string | undefined> {
  for (const folder of ['bin', 'sbin']) {
    const program = path.join(root, 'usr', folder, executable);
    if (await isExecutableFile(program)) return program;
  }
  return undefined;
}

async function missingLibraries(context: WayContext, root: string, program: string): Promise<string[]> {
  const env = { ...context.env, LC_ALL: 'C', LD_LIBRARY_PATH: (await libraryFolders(root)).join(':') };
  const { stdout } = await runCommand('ldd', [program], { env, signal: context.signal, limitMs: 20_000 });
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '');
}

/** Absolute paths of the folders below `root` that hold libraries. */
async function libraryFolders(root: string): Promise<string[]> {
  const folders = new Set<string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (/\.so(\.|$)/.test(entry.name)) folders.add(entry.parentPath);
  }
  return [...folders].sort();
}

/** Service files, manuals and settings are of no use here, and each kept file is checked at every start. */
async function keepProgramsAndLibraries(root: string): Promise<void> {
  for (const name of ['etc', 'var', 'usr/share', 'usr/lib/systemd', 'lib/systemd', 'usr/lib/tmpfiles.d']) {
    await rm(path.join(root, name), { recursive: true, force: true });
  }
}

/** `exec` keeps the process id, so that signals reach the program itself. */
async function writeWrapper(
  stageDir: string,
  wrapped: {
    readonly program: string;
    readonly executable: string;
    readonly folders: readonly string[];
    readonly words: readonly string[];
  },
): Promise<void> {
  const libraries = wrapped.folders.map((folder) => `$here/${path.relative(stageDir, folder)}`).join(':');
  const script = [
    '#!/bin/sh',
    '# Runs the unpacked program with the libraries that came with it.',
    'here=$(dirname "$(readlink -f "$0")")',
    // An empty entry would mean the current folder.
    ...(libraries ? [`export LD_LIBRARY_PATH="${libraries}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`] : []),
    // One word alone is a question, as for the version; some programs take nothing beside it.
    ...(wrapped.words.length > 0 ? [`[ $# -gt 1 ] && set -- "$@" ${wrapped.words.map(inQuotes).join(' ')}`] : []),
    `exec "$here/${path.relative(stageDir, wrapped.program)}" "$@"`,
    '',
  ];
  const file = path.join(stageDir, wrapped.executable);
  await writeFile(file, script.join('\n'));
  await chmod(file, 0o755);
}

/** For the shell, which still puts in `$here`. */
function inQuotes(word: string): string {
  return `"${word}"`;
}
