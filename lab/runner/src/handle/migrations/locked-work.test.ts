import { expect, test } from 'vitest';
import { lockedWorkOf, type StatementNote } from './locked-work.ts';

const books = 'public.books';

function note(event: StatementNote['event'], atMs: number, change: Partial<StatementNote> = {}): StatementNote {
  return { transaction: '700', atMs, event, command: 'ALTER TABLE', locks: {}, reads: {}, ...change };
}

const strong = { [books]: ['AccessShareLock', 'AccessExclusiveLock'] };

test('a command that takes the strong lock and reads the table reads all of it under the lock', () => {
  const notes = [
    note('begin', 0),
    note('end', 9, { locks: strong, reads: { [books]: 100_000 } }),
    note('commit', 10, { locks: strong, reads: { [books]: 100_000 } }),
  ];
  expect(lockedWorkOf(notes)).toEqual([
    {
      transaction: '700',
      table: books,
      mode: 'AccessExclusiveLock',
      rowsRead: 100_000,
      heldMs: 1,
      commands: ['ALTER TABLE'],
    },
  ]);
});

test('what an earlier command reads under the weaker lock counts from the moment of the strong one', () => {
  const weak = { [books]: ['ShareUpdateExclusiveLock'] };
  const notes = [
    note('begin', 0),
    note('end', 9, { locks: weak, reads: { [books]: 100_000 } }),
    note('begin', 10, { locks: weak, reads: { [books]: 100_000 } }),
    note('end', 11, { locks: strong, reads: { [books]: 100_000 } }),
    note('commit', 12, { locks: strong, reads: { [books]: 100_000 } }),
  ];
  expect(lockedWorkOf(notes)).toMatchObject([{ rowsRead: 0, heldMs: 1 }]);
});

test('a validation in the transaction of the strong lock reads under the strong lock', () => {
  const notes = [
    note('begin', 0, { reads: { [books]: 7 } }),
    note('end', 1, { locks: strong, reads: { [books]: 7 } }),
    note('begin', 2, { locks: strong, reads: { [books]: 7 } }),
    note('end', 9, { locks: strong, reads: { [books]: 100_007 } }),
    note('commit', 9, { locks: strong, reads: { [books]: 100_007 } }),
  ];
  expect(lockedWorkOf(notes)).toMatchObject([{ rowsRead: 100_000, heldMs: 8 }]);
});

test('what follows the last command, as an update of all rows, is in the note of the commit', () => {
  const notes = [
    note('begin', 0),
    note('end', 1, { locks: strong }),
    note('commit', 4_000, { locks: strong, reads: { [books]: 100_000 } }),
  ];
  expect(lockedWorkOf(notes)).toMatchObject([{ rowsRead: 100_000, heldMs: 3_999 }]);
});

test('a lock that was taken without a command of its own is in force before the next', () => {
  const notes = [
    note('begin', 5, { locks: strong, reads: { [books]: 40 } }),
    note('end', 6, { locks: strong, reads: { [books]: 40 } }),
    note('commit', 6, { locks: strong, reads: { [books]: 40 } }),
  ];
  expect(lockedWorkOf(notes)).toMatchObject([{ rowsRead: 0, heldMs: 1 }]);
});

test('a lock that lets readers and writers pass is no such work, nor is a transaction that did not commit', () => {
  const weak = { [books]: ['ShareUpdateExclusiveLock', 'AccessShareLock'] };
  const validated = [
    note('begin', 0),
    note('end', 60, { locks: weak, reads: { [books]: 9 } }),
    note('commit', 61, { locks: weak }),
  ];
  expect(lockedWorkOf(validated)).toEqual([]);
  expect(lockedWorkOf([note('begin', 0), note('end', 9, { locks: strong })])).toEqual([]);
});
