import { expect, test } from 'vitest';
import { errorMessage, errorPlace } from './error-place.ts';

const codeDir = '/home/x/.lab/runs/r/code/3';

test('a syntax error names its file and line first', () => {
  const lines = [
    `file://${codeDir}/src/books/read-book.ts:12`,
    '  const = 3',
    '        ^',
    '',
    'SyntaxError: Unexpected token',
  ];
  expect(errorPlace(lines, codeDir)).toEqual({ file: 'src/books/read-book.ts', line: 12 });
  expect(errorMessage(lines)).toBe('SyntaxError: Unexpected token');
});

test('frames of packages and of Node are passed over', () => {
  const lines = [
    'TypeError: x is not a function',
    '    at node:internal/process:1:1',
    `    at f (${codeDir}/node_modules/pg/lib/client.js:9:3)`,
    `    at g (file://${codeDir}/src/app.ts:40:7)`,
  ];
  expect(errorPlace(lines, codeDir)).toEqual({ file: 'src/app.ts', line: 40 });
});

test('a stack inside a JSON log line is found', () => {
  const line = JSON.stringify({ err: { stack: `RangeError: out\n    at h (file://${codeDir}/bin/api.ts:2:1)` } });
  expect(errorPlace([line], codeDir)).toEqual({ file: 'bin/api.ts', line: 2 });
  expect(errorMessage([line])).toBe('RangeError: out');
});

test('another version of the code is not this one', () => {
  expect(errorPlace(['    at /home/x/.lab/runs/r/code/33/src/a.ts:1:1'], codeDir)).toBeNull();
});

test('lines without a place have none', () => {
  expect(errorPlace(['Killed'], codeDir)).toBeNull();
  expect(errorMessage(['Killed'])).toBeNull();
});
