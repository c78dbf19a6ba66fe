import type { Evidence } from '@lab/sdk';
import { expect, test } from 'vitest';
import { locksHeldBriefly } from './locks-held-briefly.ts';
import { runWith } from './testing/migration-run.ts';

const check = locksHeldBriefly({
  id: 'shop/locks-do-not-grow',
  title: 'Locks do not grow',
  points: 20,
  lesson: 'lessons/migrations#locks-do-not-grow',
  experiment: 'copy',
  shareMax: 0.01,
  heldMsMax: 1_000,
});
const codes = (given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);
const added = {
  ...{ table: 'public.books', mode: 'AccessExclusiveLock', rowsInTable: 500_000 },
  ...{ rowsRead: 0, heldMs: 3, commands: 'ALTER TABLE, ALTER TABLE' },
};

function run(...work: readonly Partial<typeof added>[]): Evidence {
  return runWith({ experiment: 'copy', tables: { 'locked-work': work.map((one) => ({ ...added, ...one })) } });
}

test('a lock that is held for the change of the catalogue alone passes', () => {
  expect(codes(run({}))).toEqual([]);
});

test('ROWS_READ_UNDER_LOCK says what was read, of how many, and who was kept out', () => {
  const [finding, ...others] = check.judge(run({ rowsRead: 500_000, heldMs: 40, commands: 'ALTER TABLE' }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    code: 'ROWS_READ_UNDER_LOCK',
    measured: { value: 500_000 },
    expected: { value: 5_000 },
  });
  expect(finding?.message).toContain(
    'One transaction (ALTER TABLE) read 500,000 rows of books while it held a lock under which nobody can read or write it',
  );
  expect(check.judge(run({ rowsRead: 500_000, mode: 'ShareLock' }))[0]?.message).toContain('nobody can write to it');
});

test('the share is the one that is declared, and a small table says nothing', () => {
  expect([codes(run({ rowsRead: 5_000 })), codes(run({ rowsRead: 5_001 }))]).toEqual([[], ['ROWS_READ_UNDER_LOCK']]);
  expect(codes(run({ rowsRead: 900, rowsInTable: 900 }))).toEqual([]);
});

test('LOCK_HELD_LONG: whatever it did in that time', () => {
  expect(codes(run({}, { heldMs: 4_200 }))).toEqual(['LOCK_HELD_LONG']);
});

test('who saw no lock at all has looked at nothing, unless the migration did not succeed', () => {
  expect(codes(run())).toEqual(['NOT_MEASURED']);
  expect(codes(runWith({ experiment: 'copy', facts: { doneMs: null } }))).toEqual([]);
  expect(codes(runWith({ experiment: 'copy', change: { experiments: [] } }))).toEqual(['NOT_MEASURED']);
  expect(codes(runWith({ experiment: 'copy', change: { selected: [] } }))).toEqual([]);
});
