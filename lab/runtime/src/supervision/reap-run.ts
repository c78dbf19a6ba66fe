import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type JournalRecord, readJournal, type StartedRecord } from './journal.ts';
import { bootId, type ProcessInfo, processInfo } from './process-table.ts';
import { findMarked, type MemberRule, RUN_VARIABLE } from './run-marks.ts';
import { signalProcess } from './send-signal.ts';
import { removeSharedMemory } from './shared-memory.ts';

// Imported by the guardian: node: builtins only.

const GENTLE_LIMIT_MS = 500;
/** For what resists: processes, and folders in which somebody writes. */
const CLEAR_LIMIT_MS = 3000;

/** What was found of a run and removed. */
export interface ReapResult {
  /** Processes killed. */
  readonly killed: readonly number[];
  /** Processes that live on: another user's, or stuck in the kernel. */
  readonly left: readonly number[];
  readonly removed: readonly string[];
  /** Folders and files that are there again, or could not be removed. */
  readonly remains: readonly string[];
}

/**
 * Kills what a run left behind and removes its temporary folders. Only processes that carry the run's
 * marks are touched: in the journal with the same start time, tagged in their environment, or
 * PostgreSQL's own in the run's data folder. Harmless when repeated, and beside another reaper.
 */
export async function reapRun(runDir: string): Promise<ReapResult> {
  const records = readJournal(runDir) ?? [];
  const find = (): ProcessInfo[] => findRunProcesses(path.basename(runDir), records);
  const temporary = temporaryPaths(records, path.basename(runDir));
  const dataDirs = [...new Set(membersOf(records).map(({ cwd }) => cwd))];
  const first = find();
  if (first.length > 0) await endGently(records, first);
  const giveUpAt = Date.now() + CLEAR_LIMIT_MS;
  for (;;) {
    await killUntilNone(find, Math.max(0, giveUpAt - Date.now()));
    removeAll(temporary, dataDirs);
    // Looked at once more, the processes first: that takes a while, in which a writer has its turn.
    const left = find().map((info) => info.pid);
    const remains = temporary.filter((target) => existsSync(target));
    const removed = temporary.filter((target) => !remains.includes(target));
    const result = { killed: first.map((info) => info.pid), left, removed, remains };
    if (isAllGone(result) || Date.now() > giveUpAt) return result;
    await sleep(10);
  }
}

/** True when nothing of the run is there any more: only then may its journal say so. */
export function isAllGone({ left, remains }: ReapResult): boolean {
  return left.length === 0 && remains.length === 0;
}

/** Sends SIGKILL until `find` finds nothing, at most `limitMs`. Returns the ids that are left. */
export async function killUntilNone(find: () => readonly ProcessInfo[], limitMs: number): Promise<number[]> {
  const giveUpAt = Date.now() + limitMs;
  for (;;) {
    const found = find();
    if (found.length === 0) return [];
    if (Date.now() > giveUpAt) return found.map((info) => info.pid);
    for (const info of found) signalProcess(info.pid, 'SIGKILL');
    await sleep(5);
  }
}

function findRunProcesses(run: string, records: readonly JournalRecord[]): ProcessInfo[] {
  const boot = bootId();
  const isThisBoot = records.some((record) => record.event === 'lab' && record.boot === boot);
  const ended = new Set(
    records.flatMap((record) => (record.event === 'ended' ? `${record.pid}/${record.startTime}` : [])),
  );
  const started = records.filter((record): record is StartedRecord => record.event === 'started');
  const known = started.filter((record) => isThisBoot && !ended.has(`${record.pid}/${record.startTime}`));
  return findMarked({ variable: { name: RUN_VARIABLE, value: run }, known, members: membersOf(records) });
}

function membersOf(records: readonly JournalRecord[]): MemberRule[] {
  return records.flatMap((record) =>
    record.event === 'starting' || record.event === 'started' ? (record.members ?? []) : [],
  );
}

/** PostgreSQL releases its shared memory when it is asked to leave, not when it is killed. */
async function endGently(records: readonly JournalRecord[], found: readonly ProcessInfo[]): Promise<void> {
  const started = records.filter((record): record is StartedRecord => record.event === 'started');
  const asked = started.filter((record) => record.gentleSignal !== undefined && isAmong(found, record));
  const spared = new Set(asked.map((record) => record.pid));
  for (const info of found) {
    if (!spared.has(info.pid) && !spared.has(info.parent)) signalProcess(info.pid, 'SIGKILL');
  }
  for (const record of asked) signalProcess(record.pid, record.gentleSignal ?? 'SIGKILL');
  // A part that was paused acts on no signal but SIGKILL until it goes on.
  for (const info of found) {
    if (spared.has(info.pid) || spared.has(info.parent)) signalProcess(info.pid, 'SIGCONT');
  }
  const giveUpAt = Date.now() + GENTLE_LIMIT_MS;
  const isThere = (record: StartedRecord): boolean => processInfo(record.pid)?.startTime === record.startTime;
  while (asked.some(isThere) && Date.now() < giveUpAt) await sleep(5);
}

function isAmong(found: readonly ProcessInfo[], record: StartedRecord): boolean {
  return found.some((info) => info.pid === record.pid && info.startTime === record.startTime);
}

function temporaryPaths(records: readonly JournalRecord[], run: string): string[] {
  // A damaged journal must never make us remove a folder that is not the run's.
  const isOfRun = (target: string): boolean => path.isAbsolute(target) && target.includes(run);
  const paths = records.flatMap((record) => (record.event === 'temporary' && isOfRun(record.path) ? record.path : []));
  return [...new Set(paths)];
}

/** The folder of a segment stays as long as that does: nothing else names it. */
function removeAll(temporary: readonly string[], dataDirs: readonly string[]): void {
  const kept = dataDirs.filter((dataDir) => !removeSharedMemory(dataDir));
  for (const target of temporary) {
    if (kept.some((dataDir) => dataDir.startsWith(target))) continue;
    try {
      rmSync(target, { recursive: true, force: true });
    } catch {
      // Somebody writes there. That it did not throw means nothing either: it stops half-way, in silence, when another
      // reaper removes a file under its eyes.
    }
  }
}
