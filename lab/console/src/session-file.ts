import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from './process-identity.ts';

/** The one running practice session of a checkout, as `.lab/session.json` keeps it (mode 0600). */
export interface SessionRecord {
  readonly schema: 'lab.session/1';
  readonly state: 'starting' | 'running' | 'stopping';
  /** Null until the testbed has a run id. */
  readonly run: string | null;
  readonly labPid: number;
  /** With the pid, the identity of the lab's process. */
  readonly labStartTime: string;
  readonly scenario: string;
  /** Port of the control API; null until it listens. */
  readonly port: number | null;
  readonly token: string;
  readonly workspace: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly parts: readonly { readonly part: string; readonly pid: number }[];
  readonly replicas: readonly { readonly name: string; readonly pid: number }[];
}

export type SessionState =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly record: SessionRecord }
  | { readonly kind: 'stale'; readonly record: SessionRecord | null };

export type ClaimResult =
  | { readonly claimed: true; readonly swept: SessionRecord | null }
  | { readonly claimed: false; readonly holder: SessionRecord };

const lockWaitMs = 2_000;
// The lock is held for a handful of synchronous calls; a second means that its holder was killed in between. Less than
// what others wait, else the next command after the kill would fail.
const lockAgeMsMax = 1_000;

/** What `.lab/session.json` says, checked against the process table. Removes nothing. */
export function readSession(labDir: string): SessionState {
  let text: string;
  try {
    text = readFileSync(sessionFile(labDir), 'utf8');
  } catch {
    // No file, no session.
    return { kind: 'none' };
  }
  const record = parseRecord(text);
  if (record === null) return { kind: 'stale', record: null };
  return isAlive(record.labPid, record.labStartTime) ? { kind: 'running', record } : { kind: 'stale', record };
}

/**
 * Makes `record` the session of this checkout, unless another live process has claimed it. The file
 * of a dead process is swept. Of two claims at once exactly one succeeds.
 */
export function claimSession(labDir: string, record: SessionRecord): ClaimResult {
  mkdirSync(labDir, { recursive: true });
  return withLock(labDir, () => {
    const found = readSession(labDir);
    if (found.kind === 'running') return { claimed: false, holder: found.record };
    writeRecord(labDir, record);
    return { claimed: true, swept: found.kind === 'stale' ? found.record : null };
  });
}

/** Replaces the record. Only the process that holds the claim may call it. */
export function updateSession(labDir: string, record: SessionRecord): void {
  writeRecord(labDir, record);
}

/** Removes the file when it belongs to this process, or to a dead one. Twice is harmless. */
export function releaseSession(labDir: string, labPid: number): void {
  withLock(labDir, () => {
    const found = readSession(labDir);
    if (found.kind === 'running' && found.record.labPid !== labPid) return;
    rmSync(sessionFile(labDir), { force: true });
  });
}

/** 32 random bytes; never in arguments, never in logs. */
export function createToken(): string {
  return randomBytes(32).toString('base64url');
}

function sessionFile(labDir: string): string {
  return join(labDir, 'session.json');
}

function writeRecord(labDir: string, record: SessionRecord): void {
  const temporary = `${sessionFile(labDir)}.${process.pid}.new`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(temporary, sessionFile(labDir));
}

function parseRecord(text: string): SessionRecord | null {
  try {
    const value = JSON.parse(text) as Partial<SessionRecord> | null;
    const sound =
      value?.schema === 'lab.session/1' &&
      Number.isInteger(value.labPid) &&
      typeof value.labStartTime === 'string' &&
      typeof value.token === 'string';
    return sound ? (value as SessionRecord) : null;
  } catch {
    // Half-written by something that is not the lab: treated as left over.
    return null;
  }
}

function withLock<T>(labDir: string, action: () => T): T {
  const lock = join(labDir, 'session.lock');
  const deadline = Date.now() + lockWaitMs;
  while (!tryLock(lock)) {
    if (Date.now() > deadline) throw new Error(`${lock} is held by another process for more than ${lockWaitMs} ms.`);
    // Synchronous on purpose: nothing of this process may run between taking and giving back the lock.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
  try {
    return action();
  } finally {
    rmSync(lock, { force: true });
  }
}

function tryLock(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx', 0o600));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > lockAgeMsMax) rmSync(lock, { force: true });
  return false;
}
