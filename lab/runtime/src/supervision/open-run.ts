import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Log, RuntimeContext } from '../context.ts';
import type { ToolPaths } from '../tools/tool-types.ts';
import { type Guardian, startGuardian } from './guardian.ts';
import { openJournal } from './journal.ts';

/** A run with its folder, journal and guardian. Dispose it last: that kills what is left and lets the guardian go. */
export interface OpenRun extends AsyncDisposable {
  readonly ctx: RuntimeContext;
  readonly guardian: Guardian;
}

export interface RunOptions {
  readonly repoRoot: string;
  readonly cacheDir: string;
  readonly tools: ToolPaths;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Default: a new one. */
  readonly run?: string;
}

/** Makes the run folder below `.lab/runs`, opens its journal and starts its guardian. */
export async function openRun(options: RunOptions): Promise<OpenRun> {
  const { repoRoot, cacheDir, tools, signal, log } = options;
  const run = options.run ?? newRunId(new Date());
  const runDir = path.join(repoRoot, '.lab', 'runs', run);
  mkdirSync(path.join(runDir, 'logs'), { recursive: true });
  // Made here, passable for all: a part that makes its own folder with 0700 would make this one so too.
  mkdirSync(path.join(runDir, 'parts'), { recursive: true });
  const journal = openJournal(runDir);
  journal.write({ event: 'temporary', path: path.join(runDir, 'parts') });
  const guardian = await startGuardian({ repoRoot, run, runDir });
  const ctx: RuntimeContext = { repoRoot, cacheDir, run, runDir, signal, log, tools, journal };
  return {
    ctx,
    guardian,
    async [Symbol.asyncDispose]() {
      await guardian.done();
      journal.close();
    },
  };
}

/** `YYYYMMDD-HHMMSS-<4 hex>`, in UTC: names sort by time. */
export function newRunId(now: Date): string {
  const digits = now.toISOString().replaceAll(/[-:]/g, '').slice(0, 15).replace('T', '-');
  return `${digits}-${randomBytes(2).toString('hex')}`;
}
