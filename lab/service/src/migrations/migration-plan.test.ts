import { expect, test } from 'vitest';
import type { Migration } from './migration-files.ts';
import { type MigrationRequest, planMigrations } from './migration-plan.ts';
import { parseScript } from './script.ts';

function migration(number: number, changes: Partial<Migration> = {}): Migration {
  const [up, down] = [parseScript(`SELECT ${number}`), parseScript(`SELECT -${number}`)];
  return { number, name: `step_${number}`, up, down, keepDown: undefined, checksum: `sum-${number}`, ...changes };
}

const FILES = [1, 2, 3, 4].map((number) => migration(number));

function plan(applied: readonly number[], request: MigrationRequest, files: readonly Migration[] = FILES) {
  const history = applied.map((number) => ({ number, checksum: `sum-${number}` }));
  return planMigrations(files, history, request);
}

test.each<[readonly number[], MigrationRequest, readonly number[]]>([
  [[], { direction: 'up' }, [1, 2, 3, 4]],
  [[1, 2], { direction: 'up' }, [3, 4]],
  [[1], { direction: 'up', to: 3 }, [2, 3]],
  [[1, 2, 3, 4], { direction: 'up' }, []],
  [[1, 2, 3], { direction: 'down' }, [3]],
  [[1, 2, 3], { direction: 'down', to: 1 }, [3, 2]],
  [[1, 2, 3], { direction: 'down', to: 0 }, [3, 2, 1]],
  [[], { direction: 'down' }, []],
])('with %j applied, %j runs %j', (applied, request, expected) => {
  expect(plan(applied, request).map(({ migration: { number } }) => number)).toEqual(expected);
});

test('a file that was edited after it was applied is refused', () => {
  const run = () => planMigrations(FILES, [{ number: 1, checksum: 'other' }], { direction: 'up' });
  expect(run).toThrow('Migration 1 (step_1) was changed after it was applied');
});

test('a missing file of an applied migration is refused', () => {
  expect(() => plan([1, 9], { direction: 'up' })).toThrow('Migration 9 was applied, but its file is missing');
});

test('a new file before one that is applied is refused', () => {
  expect(() => plan([1, 3], { direction: 'up' })).toThrow('Migration 2 comes before 3');
});

test('a target that does not exist is refused', () => {
  expect(() => plan([], { direction: 'up', to: 7 })).toThrow('There is no migration 7');
});

const DOWN = { direction: 'down', to: 0 } as const;
const LOSSY = parseScript('-- destructive: all orders\nDROP TABLE orders');
const KEEPING = parseScript('DROP TRIGGER keys ON orders');
const scriptsOf = (files: readonly Migration[], destructive: boolean) =>
  plan([1, 2], { ...DOWN, destructive }, files).map(({ script }) => script);

test('a way back that loses data is refused with what it loses, and with it the whole request', () => {
  const files = [migration(1, { down: LOSSY }), migration(2)];
  expect(() => scriptsOf(files, false)).toThrow('The rollback of migration 1 (step_1) loses data: all orders. Nothing');
  expect(scriptsOf(files, true)).toEqual([files[1]?.down, LOSSY]);
});

test('of two ways back, the one that keeps data is taken unless data are given up', () => {
  const files = [migration(1, { down: LOSSY, keepDown: KEEPING }), migration(2)];
  expect(scriptsOf(files, false).at(-1)).toBe(KEEPING);
  expect(scriptsOf(files, true).at(-1)).toBe(LOSSY);
});

test('a migration without a way back is refused before anything is undone', () => {
  expect(() => scriptsOf([migration(1, { down: undefined }), migration(2)], true)).toThrow('has no rollback file');
});
