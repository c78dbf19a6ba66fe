import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file whole or not at all. Without waiting in between, so that no Ctrl-C, not even the second,
 * falls between its steps: nothing half is left, under no name.
 */
export function writeWhole(file: string, text: string): void {
  const next = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(next, text);
    renameSync(next, file);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}
