import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the learner has seen, in `.lab/progress.json`. */
export interface Progress {
  readonly schema: 'lab.progress/1';
  /** Highest hint seen, by scenario. */
  readonly hints: Readonly<Record<string, number>>;
}

const empty: Progress = { schema: 'lab.progress/1', hints: {} };

export async function readProgress(labDir: string): Promise<Progress> {
  try {
    const value = JSON.parse(await readFile(join(labDir, 'progress.json'), 'utf8')) as Partial<Progress> | null;
    return value?.schema === 'lab.progress/1' && typeof value.hints === 'object' ? { ...empty, ...value } : empty;
  } catch {
    // Not there yet, or damaged: nothing depends on it but where hints begin.
    return empty;
  }
}

export async function writeProgress(labDir: string, progress: Progress): Promise<void> {
  await mkdir(labDir, { recursive: true });
  const file = join(labDir, 'progress.json');
  await writeFile(`${file}.${process.pid}`, `${JSON.stringify(progress, null, 2)}\n`);
  await rename(`${file}.${process.pid}`, file);
}
