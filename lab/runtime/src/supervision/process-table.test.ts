import process from 'node:process';
import { expect, test } from 'vitest';
import { parsePsTable, parseStat, processInfo } from './process-table.ts';

const REST = '1 77 77 0 -1 4194304 500 0 0 0 1 2 0 0 20 0 1 0 987654 1000 200';

test('a command with spaces and parentheses does not shift the fields', () => {
  const stat = parseStat(`42 (a) b (c) S ${REST}`);
  expect(stat).toEqual({ pid: 42, state: 'S', parent: 1, group: 77, startTime: '987654' });
});

test('a line cut short is no process', () => {
  expect(parseStat('42 (node) S 1 77')).toBeNull();
});

test('the table of ps is read with the start time as words', () => {
  const table = parsePsTable('  501     1   501 Ss   Sat Nov 21 01:37:50 2026    \n\n');
  expect(table).toEqual([{ pid: 501, parent: 1, group: 501, startTime: 'Sat Nov 21 01:37:50 2026', state: 'S' }]);
});

test('a zombie is not listed', () => {
  expect(parsePsTable('501 1 501 Z+ Sat Nov 21 01:37:50 2026')).toEqual([]);
});

test('this process is found, with the same start time each time', () => {
  const info = processInfo(process.pid);
  expect(info?.pid).toBe(process.pid);
  expect(info?.startTime).toBe(processInfo(process.pid)?.startTime);
});

test('an id that nobody has is no process', () => {
  expect(processInfo(2 ** 30)).toBeNull();
});
