import { readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../context.ts';
import { appendRecord, type RunState, readRunState } from './journal.ts';
import { isAllGone, reapRun } from './reap-run.ts';
import { findMarked, GUARDIAN_VARIABLE } from './run-marks.ts';

const RUNS_KEPT = 30;
/** A run folder without a journal may be one that a lab is making now. */
const NEW_FOLDER_MS = 3_600_000;
/** A guardian needs a Node's start, half a second for PostgreSQL, and at most three for what resists. */
const GUARDIAN_LIMIT_MS = 6_000;

/** What the sweep at the start of a lab found. */
export interface SweepResult {
  /** Runs whose lab died without cleaning up, and the guardian too. */
  readonly runs: readonly string[];
  readonly killed: readonly number[];
  /** What could not be ended or removed: processes, and paths of their temporary files. */
  readonly left: readonly (number | string)[];
  /** Old run folders removed. */
  readonly pruned: readonly string[];
}

/**
 * Cleans up after labs that died together with their guardian, and removes all but the newest 30 run
 * folders. A guardian at work is waited for, so that nothing is left once this returns, itself included.
 * Runs of a lab that lives are left alone.
 */
export async function sweepLeftovers(options: { readonly repoRoot: string; readonly log: Log }): Promise<SweepResult> {
  const runsDir = path.join(options.repoRoot, '.lab', 'runs');
  const names = runNames(runsDir);
  const swept: string[] = [];
  const killed: number[] = [];
  const unmoved: (number | string)[] = [];
  const inUse = new Set<string>();
  for (const run of names) {
    const runDir = path.join(runsDir, run);
    const state = await settledState(runDir);
    if (state === 'in use') inUse.add(run);
    if (state !== 'abandoned') continue;
    const result = await reapRun(runDir);
    const isDone = isAllGone(result);
    if (isDone) appendRecord(runDir, { event: 'end', by: 'sweep' });
    else inUse.add(run);
    swept.push(run);
    killed.push(...result.killed);
    const { left, remains } = result;
    unmoved.push(...left, ...remains);
    const message = isDone ? 'cleaned up after a lab that died' : 'something of a lab that died is still there';
    options.log.warn({ run, killed: result.killed, left, remains }, message);
  }
  const pruned = names.slice(0, Math.max(0, names.length - RUNS_KEPT)).filter((run) => !inUse.has(run));
  for (const run of pruned) await rm(path.join(runsDir, run), { recursive: true, force: true });
  return { runs: swept, killed, left: unmoved, pruned };
}

/** The state of a run, once the guardian of a dead lab has finished. */
async function settledState(runDir: string): Promise<RunState> {
  const giveUpAt = Date.now() + GUARDIAN_LIMIT_MS;
  for (;;) {
    const state = stateOf(runDir);
    if (state !== 'closing') return state;
    // It hangs: another reaper does no harm beside it.
    if (Date.now() > giveUpAt) return 'abandoned';
    await sleep(10);
  }
}

function stateOf(runDir: string): RunState {
  const state = readRunState(runDir);
  // A lab may die after it has started its guardian and before it has written so.
  if (state === 'abandoned' && hasGuardian(path.basename(runDir))) return 'closing';
  if (state !== null) return state;
  return Date.now() - statSync(runDir).mtimeMs < NEW_FOLDER_MS ? 'in use' : 'ended';
}

function hasGuardian(run: string): boolean {
  return findMarked({ variable: { name: GUARDIAN_VARIABLE, value: run } }).length > 0;
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
