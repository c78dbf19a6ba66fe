import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type JournalRecord, readJournal, type StartedRecord } from './journal.ts';
import { bootId, type ProcessInfo, processInfo } from './process-table.ts';
import { findMarked, type MemberRule, RUN_VARIABLE } from './run-marks.ts';
import { signalProcess } from './send-signal.ts';

// Imported by the guardian: node: builtins only.

const GENTLE_LIMIT_MS = 500;
const KILL_LIMIT_MS = 3000;

/** What was found of a run and removed. */
export interface ReapResult {
  /** Processes killed. */
  readonly killed: readonly number[];
  /** Processes that live on: another user's, or stuck in the kernel. */
  readonly left: readonly number[];
  readonly removed: readonly string[];
}

/**
 * Kills what a run left behind and removes its temporary folders. Only processes that carry the run's
 * marks are touched: in the journal with the same start time, tagged in their environment, or
 * PostgreSQL's own in the run's data folder. Harmless when repeated, and beside another reaper.
 */
export async function reapRun(runDir: string): Promise<ReapResult> {
  const records = readJournal(runDir) ?? [];
  const find = (): ProcessInfo[] => findRunProcesses(path.basename(runDir), records);
  const first = find();
  if (first.length > 0) await endGently(records, first);
  const left = await killUntilNone(find, KILL_LIMIT_MS);
  for (const { cwd } of membersOf(records)) removeSharedMemory(cwd);
  return {
    killed: first.map((info) => info.pid),
    left,
    removed: await removeTemporary(records, path.basename(runDir)),
  };
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

/**
 * Removes the System V segment that PostgreSQL keeps beside its data folder as a lock (56 bytes): it goes
 * away by itself unless PostgreSQL was killed. Removed only when it is the segment named in
 * `postmaster.pid` and that postmaster is dead.
 */
export function removeSharedMemory(dataDir: string): void {
  const lines = readLines(path.join(dataDir, 'postmaster.pid'));
  const [postmaster, segment] = [lines[0], lines[6]?.trim().split(/\s+/)[1]];
  if (!postmaster || !segment || processInfo(Number(postmaster))) return;
  if (process.platform === 'linux' && !isAbandonedSegment(segment, postmaster)) return;
  try {
    execFileSync('ipcrm', ['-m', segment], { stdio: 'ignore', timeout: 2000 });
  } catch {
    // Already gone, or no ipcrm here: 56 bytes stay until the machine restarts.
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

async function removeTemporary(records: readonly JournalRecord[], run: string): Promise<string[]> {
  const removed: string[] = [];
  for (const record of records) {
    // A damaged journal must never make us remove a folder that is not the run's.
    if (record.event !== 'temporary' || !path.isAbsolute(record.path) || !record.path.includes(run)) continue;
    rmSync(record.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    removed.push(record.path);
  }
  return removed;
}

function isAbandonedSegment(segment: string, creator: string): boolean {
  return readLines('/proc/sysvipc/shm').some((line) => {
    const [, id, , , creatorPid, , attached] = line.trim().split(/\s+/);
    return id === segment && creatorPid === creator && attached === '0';
  });
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
