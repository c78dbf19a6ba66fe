import { sep } from 'node:path';
import { type SeenProcess, withDescendants } from '../../machine/seen-process.ts';

/**
 * The processes of a lab that runs from `root`: those that carry the mark of one of its runs, name the folder in their
 * command line, or work below it; and all that they have started.
 */
export function processesOf(
  all: readonly SeenProcess[],
  lab: { readonly root: string; readonly runs: readonly string[] },
): readonly SeenProcess[] {
  return withDescendants(
    all,
    ({ run, command, cwd }) =>
      lab.runs.includes(run) || command.includes(lab.root) || `${cwd}${sep}`.startsWith(`${lab.root}${sep}`),
  );
}

/** What a process is called in a report: its part, `lab`, or `guardian`. */
export function partName(process: SeenProcess, labPid: number): string {
  if (process.pid === labPid) return 'lab';
  // The mark of a part is `<run>/<part>/<number>`. PostgreSQL overwrites its environment with its title.
  const [, part] = process.part.split('/');
  if (part !== undefined) return part;
  if (process.name === 'sh' || process.command.includes('guardian-main')) return 'guardian';
  return process.name;
}
