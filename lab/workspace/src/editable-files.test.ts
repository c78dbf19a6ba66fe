import { SubmissionError } from '@lab/sdk';
import { expect, test } from 'vitest';
import { assertSafePath, editableMatcher, keptMatcher, lineNotUtf8 } from './editable-files.ts';

test.each([
  '../x.ts',
  'src/../../x.ts',
  '/etc/passwd',
  'src//x.ts',
  './x.ts',
  'C:/x.ts',
  'src\\x.ts',
  'src/a\0b.ts',
  'src/\u001b[2J.ts',
  '',
])('the path %j is refused', (path) => {
  expect(() => assertSafePath(path)).toThrow(SubmissionError);
});

test.each(['src/a.ts', 'src/.hidden/a.ts', 'src/größe.ts', 'src/with space.ts', 'src/..a.ts'])(
  'the path %j is taken',
  (path) => {
    expect(() => assertSafePath(path)).not.toThrow();
  },
);

test('editable globs match files in hidden folders and nothing beside', () => {
  const isEditable = editableMatcher(['src/**', 'rollout.json']);
  expect(['src/a/b.ts', 'src/.x/y.ts', 'rollout.json'].map(isEditable)).toEqual([true, true, true]);
  expect(['package.json', 'lib/src/a.ts', 'srcx/a.ts'].map(isEditable)).toEqual([false, false, false]);
});

test('the first line that is not UTF-8 is found', () => {
  expect(lineNotUtf8(Buffer.from('eins\nzwei ä\n'))).toBeNull();
  expect(lineNotUtf8(Buffer.from([0x61, 0x0a, 0x62, 0x0a, 0xff]))).toBe(3);
  expect(lineNotUtf8(Buffer.from([0xff, 0xfe, 0x61, 0x00]))).toBe(1);
});

test('only migrations of the start are kept, and only where migrations are editable', () => {
  const start = new Set(['migrations/0001.sql', 'src/a.ts']);
  const paths = ['migrations/0001.sql', 'migrations/0002.sql', 'src/a.ts'];
  expect(paths.map(keptMatcher(['src/**', 'migrations/**'], start))).toEqual([true, false, false]);
  expect(paths.map(keptMatcher(['src/**'], start))).toEqual([false, false, false]);
});

test('a migration of the start that is named in full may be changed', () => {
  const start = new Set(['migrations/0001.sql', 'migrations/0100.sql']);
  const isKept = keptMatcher(['migrations/**', 'migrations/0100.sql'], start);
  expect([...start].map(isKept)).toEqual([true, false]);
});
