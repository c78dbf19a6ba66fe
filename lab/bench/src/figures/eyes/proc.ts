import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { EnvironmentError } from '@lab/sdk';
import { type Listening, parseListening, parsePssKib, parseSegments, type Segment } from './listening.ts';
import { parseStat, type SeenProcess } from './seen-process.ts';

// The bench looks with its own eyes: what the lab says of itself is what is being measured.

/** @throws EnvironmentError `E_NO_PROC`: memory and leftovers are read from `/proc`, which Linux alone has. */
export function assertProc(): void {
  if (existsSync('/proc/self/smaps_rollup')) return;
  throw new EnvironmentError('E_NO_PROC', {
    message: 'This needs /proc/<pid>/smaps_rollup, which this system does not have.',
    hint: 'run the bench on Linux',
  });
}

/** Every live process that this user can see. */
export function listProcesses(): SeenProcess[] {
  return readdirSync('/proc').flatMap((entry) => (/^\d+$/.test(entry) ? (readProcess(Number(entry)) ?? []) : []));
}

function readProcess(pid: number): SeenProcess | null {
  const stat = parseStat(readText(`/proc/${pid}/stat`));
  if (stat === null) return null;
  const environment = readText(`/proc/${pid}/environ`).split('\0');
  const markOf = (name: string): string =>
    environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  return {
    ...stat,
    commandLine: readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' '),
    cwd: readLink(`/proc/${pid}/cwd`),
    run: markOf('BROWNOUT_RUN'),
    part: markOf('BROWNOUT_PART'),
  };
}

/** Ports on which one of these processes listens. */
export function portsOf(pids: readonly number[]): number[] {
  const inodes = new Set(pids.flatMap(socketsOf));
  return [...new Set(listening().flatMap(({ port, inode }) => (inodes.has(inode) ? [port] : [])))];
}

export function listening(): Listening[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => parseListening(readText(file)));
}

export function segments(): Segment[] {
  return parseSegments(readText('/proc/sysvipc/shm'));
}

/** Memory of a process in KiB; 0 for one that is gone. */
export function pssKib(pid: number): number {
  return parsePssKib(readText(`/proc/${pid}/smaps_rollup`));
}

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return []; // Gone, or another user's.
  }
  return names.flatMap((name) => /^socket:\[(\d+)\]$/.exec(readLink(`${folder}/${name}`))?.[1] ?? []);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // A process that has ended meanwhile, or another user's.
  }
}

function readLink(file: string): string {
  try {
    return readlinkSync(file).replace(/ \(deleted\)$/, '');
  } catch {
    return '';
  }
}
