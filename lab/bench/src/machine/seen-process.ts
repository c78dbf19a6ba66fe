import type { ProcessStat } from './proc-files.ts';

/** A live process of this machine, as `/proc` shows it. */
export interface SeenProcess extends ProcessStat {
  /** Its arguments, with spaces between them. */
  readonly command: string;
  /** Empty where it cannot be read. */
  readonly cwd: string;
  /** Values of the two marks that the lab puts on everything that it starts; empty where there are none. */
  readonly run: string;
  readonly part: string;
}

/** The processes that are meant, and all that they have started, however far. */
export function withDescendants(
  all: readonly SeenProcess[],
  isMeant: (process: SeenProcess) => boolean,
): readonly SeenProcess[] {
  const found = new Set(all.filter(isMeant).map(({ pid }) => pid));
  let before: number;
  do {
    before = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  } while (found.size > before);
  return all.filter(({ pid }) => found.has(pid));
}
