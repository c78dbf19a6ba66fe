import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps secrets of a run in files, so that no command has to carry one in its arguments. */
export interface SecretFiles {
  /** Path of the file, which only its owner may read. Written once: a secret lasts as long as its run. */
  keep(name: string, text: string): string;
}

/**
 * Files below the run's `parts/`, which goes away with the run, also when the lab dies. Without waiting in
 * between, and only while that folder is there: a question that comes late must not leave a secret behind.
 */
export function createSecretFiles(runDir: string): SecretFiles {
  const folder = join(runDir, 'parts', 'connect');
  return {
    keep(name, text) {
      unlessThere(() => mkdirSync(folder, { mode: 0o700 }));
      const file = join(folder, name);
      unlessThere(() => writeFileSync(file, `${text}\n`, { mode: 0o600, flag: 'wx' }));
      return file;
    },
  };
}

function unlessThere(make: () => void): void {
  try {
    make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
