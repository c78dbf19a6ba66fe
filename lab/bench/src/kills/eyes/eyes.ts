import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseJournal, type RunJournal } from './journal-lines.ts';
import { type Identity, idOf, parseListeners, parseSegments, parseStat } from './proc-files.ts';
import type { SeenProcess, Sighting } from './sighting.ts';

/** Places in which the lab puts something for a while. */
export interface Places {
  readonly labDir: string;
  /** What its commands are given as the folder for temporary files. */
  readonly temporaryDir: string;
  readonly cacheDir: string;
}

/** The live processes of this machine, this one and the kernel's threads left out. Linux only. */
export function seeProcesses(): SeenProcess[] {
  return entriesOf('/proc').flatMap((name) => (/^\d+$/.test(name) ? (seeProcess(Number(name)) ?? []) : []));
}

/** True while the very process lives. */
export function isAlive(identity: Identity): boolean {
  const stat = statOf(identity.pid);
  return stat !== null && idOf(stat) === idOf(identity);
}

/** The live process with this id, or null. */
export function identityOf(pid: number): Identity | null {
  const stat = statOf(pid);
  return stat === null ? null : { pid, startTime: stat.startTime };
}

/** Inodes of all sockets that a process has open. */
export function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return entriesOf(folder).flatMap((name) => {
    const target = /^socket:\[(\d+)\]$/.exec(linkOf(join(folder, name)));
    return target?.[1] === undefined ? [] : [target[1]];
  });
}

/** Looks at the whole machine, and at the places of these runs. */
export function lookAround(places: Places, runs: readonly string[]): Sighting {
  return {
    processes: seeProcesses(),
    listeners: [...parseListeners(textOf('/proc/net/tcp')), ...parseListeners(textOf('/proc/net/tcp6'))],
    segments: parseSegments(textOf('/proc/sysvipc/shm')),
    paths: temporaryPaths(places, runs),
  };
}

/** The run folders of a checkout, oldest first: names begin with the time. */
export function runsIn(labDir: string): string[] {
  const names = entriesOf(join(labDir, 'runs'));
  return names.filter((name) => /^\d{8}-\d{6}-/.test(name)).sort();
}

export function journalOf(labDir: string, run: string): RunJournal {
  return parseJournal(textOf(join(labDir, 'runs', run, 'journal.ndjson')));
}

/** The text of a file; empty where it cannot be read. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // Gone, or never there.
  }
}

/**
 * Workspaces of a scenario that a killed start was about to make. There is no guardian yet at that time: they must be
 * gone after the next start.
 */
export function halfMadeWorkspaces(labDir: string, scenario: string): string[] {
  return within(join(labDir, 'workspace'), (name) => name.startsWith(`.${scenario}-staging-`));
}

function temporaryPaths({ labDir, temporaryDir, cacheDir }: Places, runs: readonly string[]): string[] {
  const ofRuns = runs.flatMap((run) => [...journalOf(labDir, run).temporary, join(labDir, 'runs', run, 'parts')]);
  const ofRun = (name: string): boolean => runs.some((run) => name.includes(run));
  const templates = join(cacheDir, 'postgres-templates');
  const isWrite = (name: string): boolean => name === 'session.lock' || /^session\.json\..*\.new$/.test(name);
  return [
    ...new Set(ofRuns.filter((path) => existsSync(path))),
    ...within(templates, ofRun),
    ...within(labDir, isWrite),
    ...within(temporaryDir, () => true),
  ];
}

function within(folder: string, isMeant: (name: string) => boolean): string[] {
  return entriesOf(folder)
    .filter(isMeant)
    .map((name) => join(folder, name));
}

function seeProcess(pid: number): SeenProcess | null {
  const stat = pid === process.pid ? null : statOf(pid);
  // 2 is the father of the kernel's own threads.
  if (stat === null || pid === 2 || stat.parent === 2) return null;
  const variables = textOf(`/proc/${pid}/environ`).split('\0');
  const mark = variables.find((variable) => variable.startsWith('BROWNOUT_RUN='));
  return {
    ...stat,
    command: textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' '),
    cwd: linkOf(`/proc/${pid}/cwd`),
    run: mark?.slice('BROWNOUT_RUN='.length) ?? '',
  };
}

function statOf(pid: number) {
  const stat = parseStat(textOf(`/proc/${pid}/stat`));
  return stat === null || /[ZX]/.test(stat.state) ? null : stat;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // Gone, or another user's.
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Gone, or never there.
  }
}
