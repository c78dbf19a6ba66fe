import { expect, test } from 'vitest';
import { savedFiles } from './saved-files.ts';

test('a save names its files, and of many the first', () => {
  expect(savedFiles(['src/a.ts'])).toMatchObject({ paths: ['src/a.ts'], more: 0 });
  const many = savedFiles(Array.from({ length: 30 }, (_, index) => `src/${index}-${'x'.repeat(300)}.ts`));
  expect(many).toMatchObject({ paths: { length: 8 }, more: 22 });
  expect(Math.max(...many.paths.map((path) => path.length))).toBe(200);
});
