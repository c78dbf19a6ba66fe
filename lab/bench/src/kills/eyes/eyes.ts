import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { listeners, seeProcesses, segments } from '../../machine/proc.ts';
import { entriesOf, textOf } from '../../machine/read-files.ts';
import type { SeenProcess } from '../../machine/seen-process.ts';
import { parseJournal, type RunJournal } from './journal-lines.ts';
import type { Sighting } from './sighting.ts';

/** Places in which the lab puts something for a while. */
export interface Places {
  readonly labDir: string;
  /** What its commands are given as the folder for temporary files. */
  readonly temporaryDir: string;
  readonly cacheDir: string;
}

/** The live processes of this machine, this one left out. Linux only. */
export function otherProcesses(): SeenProcess[] {
  return seeProcesses().filter(({ pid }) => pid !== process.pid);
}

/** Looks at the whole machine, and at the places of these runs. */
export function lookAround(places: Places, runs: readonly string[]): Sighting {
  return {
    processes: otherProcesses(),
    listeners: listeners(),
    segments: segments(),
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
