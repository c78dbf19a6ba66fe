import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Texts } from './fill-template.ts';

const folder = join(import.meta.dirname, 'template');
/** Keeps what is in the template from being taken for code of the lab: its imports fit another place. */
const ending = '.txt';

/** What a new scenario is made from. The text of its lesson is `lesson.md`. */
export async function readTemplate(): Promise<Texts> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return new Map(files.map((file, index) => [pathOf(file), texts[index] ?? '']));
}

function pathOf(file: string): string {
  return relative(folder, file).split(sep).join('/').slice(0, -ending.length);
}
