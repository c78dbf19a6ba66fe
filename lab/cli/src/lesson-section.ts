import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The paragraphs that say what a check asks for; those after them tell how to get there. */
const told = /^\*\*(?:What must hold|How it goes wrong)\.\*\*/;

/**
 * What a section of a lesson says must hold, and how it goes wrong, as plain paragraphs. `lesson` is
 * `lessons/<topic>#<anchor>`. None where the lesson has no such section.
 */
export async function whatMustHold(repoRoot: string, lesson: string): Promise<readonly string[]> {
  const [folder = '', anchor = ''] = lesson.split('#');
  // A lesson that is not there is found by the repository's own tests; here the check is told without it.
  const page = await readFile(join(repoRoot, folder, 'index.md'), 'utf8').catch(() => '');
  const [, section = ''] = page.split(`<a id="${anchor}"></a>`);
  const [own = ''] = section.split('<a id="');
  return own
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => told.test(paragraph))
    .map(withoutMarkup);
}

function withoutMarkup(paragraph: string): string {
  return paragraph
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/(\*\*|`)/g, '')
    .replaceAll(/(^|\W)_([^_]+)_(?=\W|$)/g, '$1$2')
    .replaceAll(/\s*\n\s*/g, ' ');
}
