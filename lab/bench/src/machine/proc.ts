import { existsSync } from 'node:fs';
import { EnvironmentError } from '@lab/sdk';
import {
  type Identity,
  idOf,
  type Listener,
  type ProcessStat,
  parseListeners,
  parsePssKib,
  parseSegments,
  parseStat,
  type Segment,
} from './proc-files.ts';
import { entriesOf, linkOf, textOf } from './read-files.ts';
import type { SeenProcess } from './seen-process.ts';

// The bench looks with its own eyes: what the lab says of itself is what is being measured.

/** @throws EnvironmentError `E_NO_PROC`: memory and leftovers are read from `/proc`, which Linux alone has. */
export function assertProc(): void {
  if (existsSync('/proc/self/smaps_rollup')) return;
  throw new EnvironmentError('E_NO_PROC', {
    message: 'This needs /proc/<pid>/smaps_rollup, which this system does not have.',
    hint: 'run the bench on Linux',
  });
}

/** Every live process that this user can see, the kernel's threads left out. */
export function seeProcesses(): SeenProcess[] {
  return entriesOf('/proc').flatMap((name) => (/^\d+$/.test(name) ? (seeProcess(Number(name)) ?? []) : []));
}

/** The live process with this id, or null. */
export function identityOf(pid: number): Identity | null {
  const stat = statOf(pid);
  return stat === null ? null : { pid, startTime: stat.startTime };
}

/** True while the very process lives. */
export function isAlive(identity: Identity): boolean {
  const stat = statOf(identity.pid);
  return stat !== null && idOf(stat) === idOf(identity);
}

/** Inodes of all sockets that a process has open. */
export function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return entriesOf(folder).flatMap((name) => /^socket:\[(\d+)\]$/.exec(linkOf(`${folder}/${name}`))?.[1] ?? []);
}

/** Ports on which one of these processes listens. */
export function portsOf(pids: readonly number[]): number[] {
  const inodes = new Set(pids.flatMap(socketsOf));
  return [...new Set(listeners().flatMap(({ port, inode }) => (inodes.has(inode) ? [port] : [])))];
}

export function listeners(): Listener[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => parseListeners(textOf(file)));
}

export function segments(): Segment[] {
  return parseSegments(textOf('/proc/sysvipc/shm'));
}

/** Memory of a process in KiB; 0 for one that is gone. */
export function pssKib(pid: number): number {
  return parsePssKib(textOf(`/proc/${pid}/smaps_rollup`));
}

/** The father of the kernel's own threads. */
const kernel = 2;

function seeProcess(pid: number): SeenProcess | null {
  const stat = statOf(pid);
  if (stat === null || pid === kernel || stat.parent === kernel) return null;
  const environment = textOf(`/proc/${pid}/environ`).split('\0');
  const markOf = (name: string): string =>
    environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  return {
    ...stat,
    command: textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' '),
    cwd: linkOf(`/proc/${pid}/cwd`),
    run: markOf('BROWNOUT_RUN'),
    part: markOf('BROWNOUT_PART'),
  };
}

/** Null for a dead one, also where its parent has not taken note yet. */
function statOf(pid: number): ProcessStat | null {
  const stat = parseStat(textOf(`/proc/${pid}/stat`));
  return stat === null || /[ZX]/.test(stat.state) ? null : stat;
}
