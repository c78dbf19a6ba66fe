import { expect, test } from 'vitest';
import { affectedFiles } from './affected-files.ts';

const tree = (files: Readonly<Record<string, string>>) =>
  new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));

const reference = {
  'bin/api.ts': "import { serve } from '../src/serve.ts';\n",
  'src/serve.ts': "import { read } from './books/read.ts';\nimport { log } from './log.ts';\n",
  'src/books/read.ts': "import type { Book } from './book.ts';\nimport { find } from './find.ts';\n",
  'src/books/find.ts': "import { log } from '../log.ts';\n",
  'src/books/book.ts': 'export interface Book {}\n',
  'src/log.ts': "import { level } from './level.ts';\n",
  'src/level.ts': "export const level = 'info';\n",
  'src/alone.ts': "await import('./log.ts');\n",
  'migrations/0001.sql': 'SELECT 1;\n',
};
const service = `${'../'.repeat(9)}service`;
const affected = (overlay: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    [...affectedFiles(tree(reference), tree({ ...reference, ...overlay }), service)].map(([path, content]) => [
      path,
      content.toString(),
    ]),
  );

test('a variant that is the reference has nothing to compile', () => {
  expect(affected({})).toEqual({});
});

test('what imports a file that differs is compiled with it, and they import all else from the reference', () => {
  expect(affected({ 'src/books/read.ts': "import { find, type Find } from './find.ts';\n" })).toEqual({
    'bin/api.ts': "import { serve } from '../src/serve.ts';\n",
    'src/books/read.ts': `import { find, type Find } from '../../${service}/src/books/find.ts';
`,
    'src/serve.ts': `import { read } from './books/read.ts';
import { log } from '../${service}/src/log.ts';
`,
  });
});

test('importers are found by static and dynamic imports, of types too', () => {
  expect(affected({ 'src/books/book.ts': 'export type Book = string;\n' })).toHaveProperty('src/books/read\\.ts');
  expect(Object.keys(affected({ 'src/log.ts': 'export const log = 1;\n' }))).toEqual([
    'bin/api.ts',
    'src/alone.ts',
    'src/books/find.ts',
    'src/books/read.ts',
    'src/log.ts',
    'src/serve.ts',
  ]);
});

test('a new file is compiled, and what it imports that is not there stays as it is', () => {
  const text = "import { a } from './missing.ts';\nconst { level } = await import('./level.ts');\n";
  expect(affected({ 'src/new.ts': text })).toEqual({
    'src/new.ts': `import { a } from './missing.ts';
const { level } = await import('../${service}/src/level.ts');
`,
  });
});

test('a file that is no source is nothing to compile', () => {
  expect(affected({ 'migrations/0001.sql': 'SELECT 2;\n' })).toEqual({});
});
