import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf, deadLinks } from './links.ts';
import {
  environmentProblems,
  forbiddenTexts,
  nameProblems,
  sizeProblems,
  toneProblems,
  versionProblems,
} from './rules.ts';
import { readSources } from './source-files.ts';

const file = (path: string, text = '') => ({ path, text });

test('names that are not kebab-case are found', () => {
  const good = [
    'README.md',
    '.ci/run',
    'lab/service/migrations/0001_start_here.down.sql',
    'a/b-c.policy.it.test.ts',
    '.biome.json',
    'package.json',
  ];
  const bad = ['lab/readBook.ts', 'lab/Read.ts', 'lab/read_book.ts', 'lab/Folder/a.ts', 'lab/a--b.ts'];
  expect(nameProblems([...good, ...bad].map((path) => file(path)))).toEqual(bad);
});

test('files over 400 lines are found', () => {
  const found = sizeProblems([
    file('a.ts', 'x\n'.repeat(400)),
    file('b.ts', 'x\n'.repeat(401)),
    file('c.json', 'x\n'.repeat(900)),
  ]);
  expect(found).toEqual(['b.ts has 401 lines; the limit is 400.']);
});

test('reading the environment is found outside programs and tests', () => {
  const text = 'const level = process.env.LEVEL;\n';
  const paths = [
    'lab/runner/src/run.ts',
    'lab/cli/bin/lab.ts',
    'lab/runner/src/run.test.ts',
    'lab/bootstrap/tools.mjs',
  ];
  expect(environmentProblems(paths.map((path) => file(path, text)))).toEqual([
    'lab/runner/src/run.ts reads process.env.',
  ]);
  expect(environmentProblems([file('lab/runner/src/run.ts', '// process.env is read by the program\n')])).toEqual([]);
});

test('versions that are ranges are found', () => {
  const dependencies = { a: '1.2.3', b: '^1.2.3', c: 'latest', '@lab/sdk': '*', d: '*', e: 'npm:@x/y@1.0.0-beta.1' };
  expect(versionProblems([file('x/package.json', JSON.stringify({ dependencies }))])).toEqual([
    'x/package.json: b is "^1.2.3".',
    'x/package.json: c is "latest".',
    'x/package.json: d is "*".',
  ]);
});

test('machine paths, leftovers and bare TODOs are found with their line', () => {
  const text = [
    'ok',
    "const a = '/home/ann/x';",
    "const b = '/tmp/x';",
    '// TODO later',
    '// TODO #12 later',
    "const c = '.lab/work/x';",
    'dir}/tmp/x',
    "hint: 'lab doctor',",
    "hint: many ? 'npx lab list' : 'free 1 GiB, then lab start',",
    "hint: 'npx lab stop, then npx lab doctor',",
  ].join('\n');
  expect(forbiddenTexts([file('lab/x/src/a.ts', text)])).toEqual([
    "lab/x/src/a.ts:2: a path of one developer's machine.",
    'lab/x/src/a.ts:3: a fixed temporary path; ask os.tmpdir().',
    'lab/x/src/a.ts:4: a TODO carries an issue number.',
    'lab/x/src/a.ts:8: a hint names a command as it is typed, with npx.',
    'lab/x/src/a.ts:9: a hint names a command as it is typed, with npx.',
  ]);
});

test('words that belittle are found in what learners read', () => {
  const found = toneProblems([
    file('README.md', 'fine\nYou just start it.\n```\njust code\n```\n'),
    file(
      'scenarios/x/hints.ts',
      "// just for authors\nexport const hints = ['Simply delete it.', 'Adjust the time.'];\n",
    ),
    file('lab/x/src/a.ts', '// just here\n'),
  ]);
  expect(found).toEqual(['README.md:2: "just".', 'scenarios/x/hints.ts:2: "Simply".']);
});

test('dead links and anchors are found', async () => {
  const root = await mkdtemp(join(tmpdir(), 'brownout-links-'));
  try {
    await writeFile(
      join(root, 'other.md'),
      '# Two Words: here\n\n<a id="own-name"></a>\n\n```html\n<a id="in-code"></a>\n```\n',
    );
    await writeFile(
      join(root, 'README.md'),
      '[a](other.md) [b](other.md#two-words-here) [g](other.md#own-name) [h](other.md#in-code) [c](none.md) [d](#nowhere) [e](https://x.invalid) `[f](no.md)`\n',
    );
    expect(await deadLinks(root, await readSources(root))).toEqual([
      'README.md links to other.md#in-code.',
      'README.md links to none.md.',
      'README.md links to #nowhere.',
    ]);
  } finally {
    await rm(root, { recursive: true });
  }
  expect(anchorsOf('## What `lab` does (in short)\n')).toEqual(['what-lab-does-in-short']);
  expect(anchorsOf('<a id="one"></a>\n\n## Two\n\ntext <a class="x" id=\'three\'></a>, `<a id="no">`\n')).toEqual([
    'two',
    'one',
    'three',
  ]);
});
