import { sep } from 'node:path';

/** A live process, as `/proc` shows it. */
export interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  /** Ticks since boot: with the pid it names one process for good. */
  readonly startTime: string;
  readonly name: string;
  readonly commandLine: string;
  /** Empty where it cannot be read. */
  readonly cwd: string;
  /** Values of the two marks that the lab puts on everything that it starts; empty where there are none. */
  readonly run: string;
  readonly part: string;
}

/** Reads one `/proc/<pid>/stat` line; null for a zombie. The name may hold spaces and parentheses. */
export function parseStat(line: string): Pick<SeenProcess, 'pid' | 'parent' | 'startTime' | 'name'> | null {
  const [open, close] = [line.indexOf('('), line.lastIndexOf(')')];
  const fields = line.slice(close + 2).split(' ');
  const [state, parent, startTime] = [fields[0], fields[1], fields[19]];
  if (open < 0 || parent === undefined || startTime === undefined || state === 'Z' || state === 'X') return null;
  return { pid: Number.parseInt(line, 10), parent: Number(parent), startTime, name: line.slice(open + 1, close) };
}

/**
 * The processes of a lab that runs from `root`: those that carry the mark of one of its runs, name the folder in their
 * command line, or work below it; and all that they have started.
 */
export function processesOf(
  all: readonly SeenProcess[],
  lab: { readonly root: string; readonly runs: readonly string[] },
): readonly SeenProcess[] {
  const isIts = ({ run, commandLine, cwd }: SeenProcess): boolean =>
    lab.runs.includes(run) || commandLine.includes(lab.root) || `${cwd}${sep}`.startsWith(`${lab.root}${sep}`);
  const found = new Set(all.filter(isIts).map(({ pid }) => pid));
  let before: number;
  do {
    before = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  } while (found.size > before);
  return all.filter(({ pid }) => found.has(pid));
}

/** What a process is called in a report: its part, `lab`, or `guardian`. */
export function partName(process: SeenProcess, labPid: number): string {
  if (process.pid === labPid) return 'lab';
  // The mark of a part is `<run>/<part>/<number>`. PostgreSQL overwrites its environment with its title.
  const [, part] = process.part.split('/');
  if (part !== undefined) return part;
  if (process.name === 'sh' || process.commandLine.includes('guardian-main')) return 'guardian';
  return process.name;
}
