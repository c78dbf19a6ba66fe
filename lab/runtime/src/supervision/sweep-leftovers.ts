import { appendFileSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../context.ts';
import { JOURNAL_FILE, readRunState } from './journal.ts';
import { reapRun } from './reap-run.ts';

const RUNS_KEPT = 30;
/** A run folder without a journal may be one that a lab is making now. */
const NEW_FOLDER_MS = 3_600_000;

/** What the sweep at the start of a lab found. */
export interface SweepResult {
  /** Runs whose lab died without cleaning up, and the guardian too. */
  readonly runs: readonly string[];
  readonly killed: readonly number[];
  /** Old run folders removed. */
  readonly pruned: readonly string[];
}

/**
 * Cleans up after labs that died together with their guardian, and removes all but the newest 30 run
 * folders. Runs of a lab that lives are left alone.
 */
export async function sweepLeftovers(options: { readonly repoRoot: string; readonly log: Log }): Promise<SweepResult> {
  const runsDir = path.join(options.repoRoot, '.lab', 'runs');
  const names = runNames(runsDir);
  const swept: string[] = [];
  const killed: number[] = [];
  const inUse = new Set<string>();
  for (const run of names) {
    const runDir = path.join(runsDir, run);
    const state = stateOf(runDir);
    if (state === 'in use') inUse.add(run);
    if (state !== 'abandoned') continue;
    const result = await reapRun(runDir);
    if (result.left.length === 0) appendFileSync(path.join(runDir, JOURNAL_FILE), '\n{"event":"end","by":"sweep"}\n');
    else inUse.add(run);
    swept.push(run);
    killed.push(...result.killed);
    options.log.warn({ run, killed: result.killed, left: result.left }, 'cleaned up after a lab that died');
  }
  const pruned = names.slice(0, Math.max(0, names.length - RUNS_KEPT)).filter((run) => !inUse.has(run));
  for (const run of pruned) await rm(path.join(runsDir, run), { recursive: true, force: true });
  return { runs: swept, killed, pruned };
}

function stateOf(runDir: string): 'in use' | 'abandoned' | 'ended' {
  const state = readRunState(runDir);
  if (state !== null) return state;
  return Date.now() - statSync(runDir).mtimeMs < NEW_FOLDER_MS ? 'in use' : 'ended';
}

/** Run folders, oldest first: their names begin with the time. */
function runNames(runsDir: string): string[] {
  try {
    return readdirSync(runsDir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && /^\d{8}-\d{6}-/.test(entry.name))
      .map((entry) => entry.name)
      .sort();
  } catch {
    return []; // No run yet.
  }
}
