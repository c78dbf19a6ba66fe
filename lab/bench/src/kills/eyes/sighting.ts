import { type Identity, idOf, type Listener, type Segment } from '../../machine/proc-files.ts';
import { type SeenProcess, withDescendants } from '../../machine/seen-process.ts';

/** One look at the machine. */
export interface Sighting {
  readonly processes: readonly SeenProcess[];
  readonly listeners: readonly Listener[];
  readonly segments: readonly Segment[];
  /** Temporary files and folders that are there, absolute. */
  readonly paths: readonly string[];
}

/** What belongs to what is being killed. */
export interface Scope {
  readonly runs: readonly string[];
  /** The checkout, while nothing in it may run; null once the next session does. */
  readonly root: string | null;
}

/** What was seen to belong to the runs, at any time. */
export interface Remembered {
  /** By `idOf`. */
  readonly processes: ReadonlyMap<string, Identity>;
  /** Inodes of sockets that listened. */
  readonly sockets: ReadonlySet<string>;
  readonly ports: ReadonlySet<number>;
}

/** The processes of a scope: marked with a run, at home in one, remembered, or descended from such a process. */
export function processesOf(sighting: Sighting, scope: Scope, remembered: Remembered): readonly SeenProcess[] {
  return withDescendants(
    sighting.processes,
    (process) => remembered.processes.has(idOf(process)) || isOf(process, scope),
  );
}

/** All that is left of a scope, each in a few words. */
export function leftoversOf(sighting: Sighting, scope: Scope, remembered: Remembered): string[] {
  const isLeft = ({ inode, port }: Listener): boolean =>
    // Once another session runs, the port may be that one's.
    remembered.sockets.has(inode) || (scope.root !== null && remembered.ports.has(port));
  return [
    ...processesOf(sighting, scope, remembered).map(processText),
    ...sighting.listeners.filter(isLeft).map(({ port }) => `a listener on port ${port}`),
    ...segmentsOf(sighting, remembered).map(({ id }) => `shared memory segment ${id}`),
    ...sighting.paths.map((path) => (scope.root === null ? path : path.replace(`${scope.root}/`, ''))),
  ];
}

/** Shared memory that a remembered process has made. */
export function segmentsOf(sighting: Sighting, remembered: Remembered): readonly Segment[] {
  const creators = new Set([...remembered.processes.values()].map(({ pid }) => pid));
  return sighting.segments.filter(({ creator }) => creators.has(creator));
}

const commandLengthMax = 70;

function processText({ pid, command, state }: SeenProcess): string {
  // Names without their folders: a command begins with the path of Node.
  const names = command.replaceAll(/\/\S*\/(?=[^/\s])/g, '').trim();
  const short = names.length > commandLengthMax ? `${names.slice(0, commandLengthMax)}…` : names;
  return `process ${pid} (${state === 'T' ? 'frozen, ' : ''}${short})`;
}

function isOf({ run, command, cwd }: SeenProcess, { runs, root }: Scope): boolean {
  if (runs.includes(run)) return true;
  // PostgreSQL's processes lose their environment, and keep their folder.
  const mentions = (text: string): boolean => command.includes(text) || cwd.includes(text);
  return runs.some(mentions) || (root !== null && mentions(root));
}
