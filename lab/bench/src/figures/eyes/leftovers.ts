import type { Listener, Segment } from '../../machine/proc-files.ts';
import type { SeenProcess } from '../../machine/seen-process.ts';
import { partName } from './lab-processes.ts';

/** What a lab had while it ran. */
export interface Watched {
  readonly labPid: number;
  readonly processes: readonly SeenProcess[];
  readonly ports: readonly number[];
}

/** What the machine has now. */
export interface Present {
  /** Those that belong to the lab, new ones too. */
  readonly processes: readonly SeenProcess[];
  readonly listeners: readonly Listener[];
  readonly segments: readonly Segment[];
  /** Files and folders of a running lab that are there. */
  readonly files: readonly string[];
}

/** What is left of a lab that has ended, each in a few words; empty when nothing is. */
export function leftOf(watched: Watched, present: Present): string[] {
  const ports = new Set(present.listeners.map(({ port }) => port));
  const creators = new Set(watched.processes.map(({ pid }) => pid));
  return [
    ...present.processes.map((process) => `process ${process.pid} (${partName(process, watched.labPid)})`),
    ...watched.ports.filter((port) => ports.has(port)).map((port) => `port ${port}`),
    ...present.segments.filter(({ creator }) => creators.has(creator)).map(({ id }) => `shared memory ${id}`),
    ...present.files.map((file) => `file ${file}`),
  ];
}
