import { closeSync, constants, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { bootId, processInfo } from './process-table.ts';
import type { MemberRule } from './run-marks.ts';

// Imported by the guardian: node: builtins only.

export const JOURNAL_FILE = 'journal.ndjson';

/** The lab's own process: the first line of a journal. */
export interface LabRecord {
  readonly event: 'lab';
  readonly run: string;
  readonly pid: number;
  readonly startTime: string;
  readonly boot: string;
}

/** Written after a part was spawned. */
export interface StartedRecord {
  readonly event: 'started';
  readonly part: string;
  readonly pid: number;
  readonly startTime: string;
  readonly group: number;
  /** Sent first, with half a second to leave; everything else is killed at once. */
  readonly gentleSignal?: NodeJS.Signals;
  readonly members?: MemberRule;
}

/** The process that cleans up after this lab, written whenever one was started. */
export interface GuardianRecord {
  readonly event: 'guardian';
  readonly pid: number;
  readonly startTime: string;
}

export type JournalRecord =
  | LabRecord
  | GuardianRecord
  /** Before it is spawned: of a lab that is killed right after, nothing else tells PostgreSQL's processes. */
  | { readonly event: 'starting'; readonly part: string; readonly command: string; readonly members?: MemberRule }
  | StartedRecord
  | {
      readonly event: 'ended';
      readonly part: string;
      readonly pid: number;
      readonly startTime: string;
      readonly group: number;
    }
  /** A folder or file to remove when the run ends. Its path holds the run's name. */
  | { readonly event: 'temporary'; readonly path: string }
  /** Nothing of the run is left. */
  | { readonly event: 'end'; readonly by: 'lab' | 'guardian' | 'sweep' };

/** What a run started, so that it can be found again after a crash of the lab. */
export interface Journal {
  readonly file: string;
  write(record: JournalRecord): void;
  close(): void;
}

/**
 * Opens the journal of a run for appending and names the lab's own process in its first line.
 * Lines are in the page cache once `write` returns: they outlive the lab, not the machine, and nothing
 * that the journal lists outlives the machine either.
 */
export function openJournal(runDir: string): Journal {
  mkdirSync(runDir, { recursive: true });
  const file = path.join(runDir, JOURNAL_FILE);
  const descriptor = openSync(file, 'a', 0o644);
  let isOpen = true;
  const write = (record: JournalRecord): void => {
    if (isOpen) writeSync(descriptor, `${JSON.stringify({ ...record, atWallMs: Date.now() })}\n`);
  };
  const startTime = processInfo(process.pid)?.startTime ?? 'unknown';
  write({ event: 'lab', run: path.basename(runDir), pid: process.pid, startTime, boot: bootId() });
  return {
    file,
    write,
    close() {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}

/**
 * Adds one line to the journal of a run whose lab may be dead. A line cut short by a crash does not swallow it,
 * and a run folder that was removed in between does not come back.
 */
export function appendRecord(runDir: string, record: JournalRecord): void {
  let descriptor: number;
  try {
    descriptor = openSync(path.join(runDir, JOURNAL_FILE), constants.O_WRONLY | constants.O_APPEND);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    writeSync(descriptor, `\n${JSON.stringify({ ...record, atWallMs: Date.now() })}\n`);
  } finally {
    closeSync(descriptor);
  }
}

/** The records of a journal; null where there is none. A line cut short by a crash is left out. */
export function readJournal(runDir: string): JournalRecord[] | null {
  const text = readText(runDir);
  if (text === null) return null;
  return text.split('\n').flatMap((line) => parseRecord(line) ?? []);
}

/** `closing`: the lab is dead, its guardian is cleaning up. `abandoned`: both are dead, and nobody cleaned up. */
export type RunState = 'in use' | 'closing' | 'abandoned' | 'ended';

/**
 * What a journal says of its run, from its first line and a search: journals of long sessions are large, and
 * every start of the lab reads all of them. Null where there is none.
 */
export function readRunState(runDir: string): RunState | null {
  const text = readText(runDir);
  // Empty: the lab that opened it is about to write its first line.
  if (text === null || text === '') return null;
  const lab = parseRecord(text.slice(0, text.indexOf('\n') + 1).trim());
  if (lab && isLabAlive([lab])) return 'in use';
  if (isGuardianAlive(text)) return 'closing';
  return text.includes('{"event":"end"') ? 'ended' : 'abandoned';
}

/** True once the run wrote that nothing of it is left. */
export function hasEnded(records: readonly JournalRecord[]): boolean {
  return records.some((record) => record.event === 'end');
}

/** True while a lab that wrote into this journal lives. */
export function isLabAlive(records: readonly JournalRecord[]): boolean {
  const boot = bootId();
  return records.some(
    (record) =>
      record.event === 'lab' && record.boot === boot && processInfo(record.pid)?.startTime === record.startTime,
  );
}

function isGuardianAlive(text: string): boolean {
  const at = text.lastIndexOf('{"event":"guardian"');
  const last = at < 0 ? null : parseRecord(text.slice(at, text.indexOf('\n', at)));
  return last?.event === 'guardian' && processInfo(last.pid)?.startTime === last.startTime;
}

function readText(runDir: string): string | null {
  try {
    return readFileSync(path.join(runDir, JOURNAL_FILE), 'utf8');
  } catch {
    return null;
  }
}

function parseRecord(line: string): JournalRecord | null {
  if (line === '') return null;
  try {
    return JSON.parse(line) as JournalRecord;
  } catch {
    return null;
  }
}
