import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import process from 'node:process';
import { socketsOf } from '../../machine/proc.ts';
import { type Identity, idOf } from '../../machine/proc-files.ts';
import { journalOf, lookAround, type Places, runsIn } from './eyes.ts';
import { leftoversOf, processesOf, type Remembered, type Scope, type Sighting, segmentsOf } from './sighting.ts';

/** Follows what the runs of one checkout start, so that all of it can be looked for when it should be gone. */
export interface Watch {
  /** Looks, and remembers what lives and listens. */
  remember(): void;
  /** What is there of all that was ever seen. */
  left(): readonly string[];
  /** Runs that have not been found to be gone, oldest first. */
  runs(): readonly string[];
  /** From here on only the runs of this moment count: another session begins in the checkout. */
  letNextBegin(): void;
  /** Kills and removes what is left: the next round must not find it. */
  clear(): void;
}

export interface WatchOptions extends Places {
  readonly root: string;
  /** Runs of which nothing was left before. */
  readonly settled: ReadonlySet<string>;
}

export function createWatch(options: WatchOptions): Watch {
  const { root, labDir, settled } = options;
  const processes = new Map<string, Identity>();
  const sockets = new Set<string>();
  const ports = new Set<number>();
  const remembered: Remembered = { processes, sockets, ports };
  let closed: readonly string[] | null = null;

  const runs = (): readonly string[] => closed ?? runsIn(labDir).filter((run) => !settled.has(run));
  const scope = (): Scope => ({ runs: runs(), root: closed === null ? root : null });
  const look = (): Sighting => {
    for (const run of runs()) {
      const { started, guardians } = journalOf(labDir, run);
      for (const identity of [...started, ...guardians]) processes.set(idOf(identity), identity);
    }
    return lookAround(options, runs());
  };
  return {
    runs,
    remember() {
      const sighting = look();
      const found = processesOf(sighting, scope(), remembered);
      const open = new Set(found.flatMap(({ pid }) => socketsOf(pid)));
      for (const seen of found) processes.set(idOf(seen), seen);
      for (const { inode, port } of sighting.listeners) {
        if (!open.has(inode)) continue;
        sockets.add(inode);
        ports.add(port);
      }
    },
    left: () => leftoversOf(look(), scope(), remembered),
    letNextBegin() {
      closed = runs();
    },
    clear() {
      const sighting = look();
      for (const { pid } of processesOf(sighting, scope(), remembered)) killProcess(pid);
      for (const { id } of segmentsOf(sighting, remembered)) removeSegment(id);
      for (const path of sighting.paths) rmSync(path, { recursive: true, force: true });
    },
  };
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in this moment.
  }
}

function removeSegment(id: string): void {
  try {
    execFileSync('ipcrm', ['-m', id], { stdio: 'ignore', timeout: 2_000 });
  } catch {
    // It went with its last process, or there is no ipcrm here: it has been reported.
  }
}
