import { join, resolve } from 'node:path';
import { completeIo, type Io } from './io.ts';

/** What tests replace. */
export interface MainOverrides {
  readonly services?: import('./services.ts').Services;
  readonly labDir?: string;
  readonly repoRoot?: string;
}

/**
 * The `lab` command. Resolves to the exit code, and rejects only when the lab's packages are not
 * installed; the caller sets the exit code and lets the process end.
 * `argv` begins with the command. What `io` leaves out is taken from this process, the environment
 * excepted: that must be passed.
 */
export async function main(
  argv: readonly string[],
  io: Partial<Io> = {},
  overrides: MainOverrides = {},
): Promise<number> {
  const repoRoot = overrides.repoRoot ?? resolve(import.meta.dirname, '..', '..', '..');
  const labDir = overrides.labDir ?? join(repoRoot, '.lab');
  const { runLab } = await import('./run-lab.ts');
  return await runLab(argv, completeIo(io), { ...overrides, repoRoot, labDir });
}
