import { expect, test } from 'vitest';
import { isMember } from './run-marks.ts';

const rule = { cwd: '/runs/r/parts/postgres/data', executable: '/tools/postgres' };

test('a process of PostgreSQL is told by its folder and its program', () => {
  expect(isMember(rule, rule)).toBe(true);
  expect(isMember({ ...rule, cwd: '/runs/other/parts/postgres/data' }, rule)).toBe(false);
});

test('somebody who looks around in the folder is left alone', () => {
  expect(isMember({ ...rule, executable: '/usr/bin/less' }, rule)).toBe(false);
});

test('one that is about to be dead has no program any more, and is waited for', () => {
  expect(isMember({ ...rule, executable: null }, rule)).toBe(true);
  expect(isMember({ cwd: '/', executable: null }, rule)).toBe(false);
});
