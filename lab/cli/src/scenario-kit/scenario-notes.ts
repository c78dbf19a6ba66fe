import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type Scenario, unfinishedParts } from '@lab/sdk';

/** What a sound scenario still lacks, each a sentence for its author. None for one that is finished. */
export async function scenarioNotes(repoRoot: string, scenario: Scenario): Promise<readonly string[]> {
  return [...(await draftMarks(repoRoot, scenario)), ...unfinishedParts(scenario)];
}

const mark = /\bDRAFT: (?<what>.*?)(?:',?|\s*-->|\s*\*\/)?$/;
const overlays = new Set(['broken', 'mutants', 'solutions', 'golden']);

/** Every place that the template left for the author to fill, with file and line. */
async function draftMarks(repoRoot: string, { id, lesson }: Scenario): Promise<string[]> {
  const files = [...(await textsBelow(join(repoRoot, 'scenarios', id))), join(repoRoot, lesson, 'index.md')];
  const found = await Promise.all(
    files.map(async (file) => {
      // A lesson that is not there is found by the repository's own tests.
      const text = await readFile(file, 'utf8').catch(() => '');
      const path = relative(repoRoot, file).split(sep).join('/');
      return text.split('\n').flatMap((line, index) => {
        const what = mark.exec(line)?.groups?.['what'];
        return what === undefined ? [] : [`${path}:${index + 1}: ${what}`];
      });
    }),
  );
  return found.flat();
}

/** The declaration and what belongs to it; overlays are code of the service. */
async function textsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(?:ts|js)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !overlays.has(relative(folder, file).split(sep)[0] ?? ''))
    .sort();
}
