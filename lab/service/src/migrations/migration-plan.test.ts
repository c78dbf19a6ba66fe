import { expect, test } from 'vitest';
import type { Migration } from './migration-files.ts';
import { type MigrationRequest, planMigrations } from './migration-plan.ts';

function migration(number: number, checksum = `sum-${number}`): Migration {
  return { number, name: `step_${number}`, sql: '', downFile: undefined, checksum };
}

const FILES = [1, 2, 3, 4].map((number) => migration(number));

function plan(applied: readonly number[], request: MigrationRequest) {
  const history = applied.map((number) => ({ number, checksum: `sum-${number}` }));
  return planMigrations(FILES, history, request).map(({ number }) => number);
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
  expect(plan(applied, request)).toEqual(expected);
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
