import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Log, RuntimeContext } from '../context.ts';
import { readJournal } from '../supervision/journal.ts';
import { type OpenRun, openRun } from '../supervision/open-run.ts';
import { findMarked, RUN_VARIABLE } from '../supervision/run-marks.ts';
import type { ToolPaths } from '../tools/tool-types.ts';

/** A run in a folder of its own that goes away with it. */
export interface TestRun extends AsyncDisposable {
  readonly ctx: RuntimeContext;
  readonly open: OpenRun;
  readonly messages: readonly string[];
  abort(reason: Error): void;
}

/** Opens a run for a test. Disposing it fails when the run left something behind. */
export async function openTestRun(options: { tools?: ToolPaths; cacheDir?: string } = {}): Promise<TestRun> {
  const repoRoot = makeTestFolder();
  const messages: string[] = [];
  const abort = new AbortController();
  const cacheDir = options.cacheDir ?? path.join(repoRoot, 'cache');
  const { signal } = abort;
  const open = await openRun({ repoRoot, cacheDir, tools: options.tools ?? {}, signal, log: memoryLog(messages) });
  return {
    ctx: open.ctx,
    open,
    messages,
    abort: (reason) => abort.abort(reason),
    async [Symbol.asyncDispose]() {
      const before = leftovers(open.ctx.runDir).processes;
      await open[Symbol.asyncDispose]();
      const after = leftovers(open.ctx.runDir);
      rmSync(repoRoot, { recursive: true, force: true });
      const left = [...before, ...after.processes, ...after.segments];
      if (left.length > 0) throw new Error(`the test left behind: ${left.join(', ')}`);
    },
  };
}

/** A new folder below the system's folder for temporary files. */
export function makeTestFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'brownout-test-'));
}

/** Keeps warnings and errors as lines of text. */
export function memoryLog(messages: string[]): Log {
  const keep = (fields: object, message: string): void => void messages.push(`${message} ${JSON.stringify(fields)}`);
  return { info: () => {}, warn: keep, error: keep };
}

/** What is left of a run on this machine: processes by their mark, System V segments by their creator, temporary folders. */
export function leftovers(runDir: string): { processes: string[]; segments: string[]; folders: string[] } {
  const records = readJournal(runDir) ?? [];
  const started = records.flatMap((record) => (record.event === 'started' ? record : []));
  const members = started.flatMap((record) => record.members ?? []);
  const variable = { name: RUN_VARIABLE, value: path.basename(runDir) };
  const creators = new Set(started.map((record) => String(record.pid)));
  const temporary = records.flatMap((record) => (record.event === 'temporary' ? record.path : []));
  return {
    processes: findMarked({ variable, members }).map((info) => `process ${info.pid}`),
    segments: sharedMemory().flatMap(({ id, creator }) => (creators.has(creator) ? `segment ${id}` : [])),
    folders: temporary.filter((folder) => existsSync(folder)),
  };
}

function sharedMemory(): { id: string; creator: string }[] {
  if (process.platform !== 'linux') return [];
  const lines = readFileSync('/proc/sysvipc/shm', 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => {
    const fields = line.trim().split(/\s+/);
    return { id: fields[1] ?? '', creator: fields[4] ?? '' };
  });
}
