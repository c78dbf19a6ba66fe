import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import process from 'node:process';

// Imported by the guardian: node: builtins only.

/** A live process. Zombies are not listed: they are dead, only not yet waited for. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Ticks since boot on Linux, the wall time in words on macOS. With the pid it names one process for good. */
  readonly startTime: string;
  /** One letter, as the system names it: `T` is stopped by a signal, `D` (`U` on macOS) waits inside the kernel. */
  readonly state: string;
}

const isLinux = process.platform === 'linux';

/** The live process with this id, or null. */
export function processInfo(pid: number): ProcessInfo | null {
  if (isLinux) return readStat(pid);
  return parsePsTable(runPs(['-p', String(pid)]))[0] ?? null;
}

/** Every live process that this user can see. */
export function listProcesses(): ProcessInfo[] {
  if (!isLinux) return parsePsTable(runPs(['-ax']));
  const found: ProcessInfo[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const info = Number.isInteger(pid) ? readStat(pid) : null;
    if (info) found.push(info);
  }
  return found;
}

/** True while a process of this group lives. */
export function isGroupAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  // Zombies answer signal 0 too, for as long as nobody waits for them.
  return listProcesses().some((info) => info.group === group);
}

/** Environment of a process as `NAME=value` strings; empty where it cannot be read. Linux only. */
export function environmentOf(pid: number): string[] {
  return readOrEmpty(() => readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0'));
}

/** Where a process works, and the program that it runs. */
export interface ProcessPlace {
  readonly cwd: string;
  /** Null of a process that has given up its memory and is about to be dead. */
  readonly executable: string | null;
}

/** Working folder and executable of a process, removed ones too; null where they cannot be read. Linux only. */
export function placeOf(pid: number): ProcessPlace | null {
  const read = (link: string): string => readlinkSync(`/proc/${pid}/${link}`).replace(/ \(deleted\)$/, '');
  try {
    return { cwd: read('cwd'), executable: readExecutable(read) };
  } catch {
    return null; // Gone, or another user's.
  }
}

/** Names this boot of the machine, so that ticks since boot are never compared across two boots. */
export function bootId(): string {
  if (!isLinux) return 'any';
  const lines = readOrEmpty(() => [readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()]);
  return lines[0] ?? 'unknown';
}

/** Reads one `/proc/<pid>/stat` line. The command may hold spaces and parentheses, so fields count from the last `)`. */
export function parseStat(line: string): ProcessInfo | null {
  const pid = Number.parseInt(line, 10);
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group] = fields;
  const startTime = fields[19];
  if (!Number.isInteger(pid) || !state || !parent || !group || !startTime) return null;
  return { pid, state, parent: Number(parent), group: Number(group), startTime };
}

/** Reads `ps -o pid=,ppid=,pgid=,stat=,lstart=`. */
export function parsePsTable(text: string): ProcessInfo[] {
  const found: ProcessInfo[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    if (!match || match[4]?.startsWith('Z')) continue;
    const [pid = 0, parent = 0, group = 0] = match.slice(1, 4).map(Number);
    found.push({ pid, parent, group, startTime: match[5] ?? '', state: match[4]?.[0] ?? '' });
  }
  return found;
}

function readStat(pid: number): ProcessInfo | null {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    if (!stat || stat.state === 'Z' || stat.state === 'X') return null;
    return stat;
  } catch {
    return null; // Gone between the listing and the read.
  }
}

function readExecutable(read: (link: string) => string): string | null {
  try {
    return read('exe');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function runPs(selection: readonly string[]): string {
  try {
    const columns = 'pid=,ppid=,pgid=,stat=,lstart=';
    const env = { LC_ALL: 'C', TZ: 'UTC', PATH: '/bin:/usr/bin' };
    return execFileSync('ps', [...selection, '-o', columns], { encoding: 'utf8', timeout: 5000, env });
  } catch {
    return ''; // ps exits 1 when it finds no process.
  }
}

function readOrEmpty(read: () => string[]): string[] {
  try {
    return read();
  } catch {
    return [];
  }
}
