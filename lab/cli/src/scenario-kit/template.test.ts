import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { blobId, overlayLimits } from '@lab/workspace';
import { expect, test } from 'vitest';
import { fillTemplate, overlaysOf, stringLiteral } from './fill-template.ts';
import { readTemplate } from './read-template.ts';

const service = resolve(import.meta.dirname, '..', '..', '..', 'service');

/** The files of the service that the overlays of the template were written for, as `overlay.lock.json` has it. */
const writtenFor: Readonly<Record<string, string>> = {
  'src/books/update-book.ts': '7c7ec8bad2e35d30f426d060c70960b2deafb443',
};

test('the template was written for the service of today', async () => {
  const template = await readTemplate();
  const paths = new Set([...overlaysOf(template).values()].flat());
  const now = await Promise.all(
    [...paths].map(async (path) => [path, blobId(await readFile(join(service, path)))] as const),
  );
  const help = 'carry the change of the service into lab/cli/src/scenario-kit/template, then write the new ids here';
  expect(Object.fromEntries(now), help).toEqual(writtenFor);
});

test('the template has one broken variant and one mutant, within the limits of overlays', async () => {
  const template = await readTemplate();
  const overlays = overlaysOf(template);
  expect([...overlays.keys()]).toEqual(['broken', 'mutants/drop-in-transaction']);
  for (const [variant, paths] of overlays) {
    const lines = paths.map((path) => (template.get(`${variant}/${path}`) ?? '').split('\n').length - 1);
    expect(paths.length).toBeLessThanOrEqual(overlayLimits.wrong.filesMax);
    expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(overlayLimits.wrong.linesMax);
  }
});

test('no place of the template is left open', async () => {
  const texts = fillTemplate(await readTemplate(), { id: 'cache-late', family: 'cache', title: 'Late' });
  expect([...texts.values()].filter((text) => text.includes('{{'))).toEqual([]);
  expect(texts.get('scenario.ts')).toContain("title: 'Late',");
  expect(texts.get('checks.ts')).toContain("id: 'cache-late/saved-price-shows'");
});

test('a place without a value is a bug', () => {
  const name = { id: 'cache-late', family: 'cache', title: 'Late' } as const;
  expect(() => fillTemplate(new Map([['a.ts', '{{level}}']]), name)).toThrow('place for "level"');
});

test.each([
  ['Late covers', "'Late covers'"],
  ["Nobody's fault", '"Nobody\'s fault"'],
  ['The "old" price', `'The "old" price'`],
  [`It's the "old" price`, `'It\\'s the "old" price'`],
  ['C:\\', "'C:\\\\'"],
])('%s is written as %s', (text, literal) => {
  expect(stringLiteral(text)).toBe(literal);
});
