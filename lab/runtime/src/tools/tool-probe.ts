import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { toolsFolder } from './cached-tool.ts';
import { runCommand } from './run-command.ts';
import type { ToolEntry } from './tool-table.ts';
import type { WayContext } from './tool-types.ts';
import { parseVersion } from './tool-version.ts';

const VERSION_LIMIT_MS = 20_000;

/** What a program says of its version; rejects with plain words where it cannot be run or says none. */
export async function askVersion(context: WayContext, entry: ToolEntry, executable: string): Promise<string> {
  const result = await runCommand(executable, entry.versionArgs, {
    env: context.env,
    signal: context.signal,
    limitMs: VERSION_LIMIT_MS,
  }).catch((error: unknown) => {
    context.signal.throwIfAborted();
    throw new Error(`it cannot be run (${error instanceof Error ? error.message : String(error)})`);
  });
  const version = parseVersion(result.stdout) ?? parseVersion(result.stderr);
  if (result.exitCode !== 0 || version === undefined) {
    const said = `${result.stderr}${result.stdout}`.trim().split('\n')[0] ?? '';
    throw new Error(`it does not tell its version (${said.slice(0, 200) || `exit code ${result.exitCode}`})`);
  }
  return version;
}

/**
 * As `askVersion`, but a file of the same path, size and time of change is asked once only: k6 takes 0.2 s
 * to answer. What it said is kept beside the cached tools; only answers are kept, never failures.
 */
export async function askVersionOnce(context: WayContext, entry: ToolEntry, executable: string): Promise<string> {
  const stats = await stat(executable);
  const key = `${executable} ${stats.size} ${stats.mtimeMs}`;
  const file = path.join(toolsFolder(context.cacheDir), `seen-${entry.name}.json`);
  const known = await readSeen(file);
  if (known?.key === key) return known.version;
  const version = await askVersion(context, entry, executable);
  await writeSeen(file, { key, version });
  return version;
}

interface Seen {
  readonly key: string;
  readonly version: string;
}

async function readSeen(file: string): Promise<Seen | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof value !== 'object' || value === null || !('key' in value) || !('version' in value)) return undefined;
    return { key: String(value.key), version: String(value.version) };
  } catch {
    // Nothing kept yet, or not ours: asking again costs a moment.
    return undefined;
  }
}

async function writeSeen(file: string, seen: Seen): Promise<void> {
  const next = `${file}.${process.pid}`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(next, JSON.stringify(seen));
    await rename(next, file);
  } catch {
    // A read-only cache: the next run asks again.
  }
}
