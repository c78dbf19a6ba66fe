import { expect, test } from 'vitest';
import { parseOutsideStatement } from './outside-transaction.ts';

test.each([
  ['CREATE INDEX CONCURRENTLY by_isbn ON books (isbn)', 'by_isbn', 'books'],
  ['CREATE UNIQUE INDEX CONCURRENTLY By_Isbn ON public.books (isbn);', 'by_isbn', 'public.books'],
  ['create index concurrently "By Isbn" on only "Books" using btree (isbn)', 'By Isbn', '"Books"'],
  ['-- Why.\nCREATE INDEX CONCURRENTLY /* so */ by_isbn\n  ON books(isbn)\n', 'by_isbn', 'books'],
])('%s is a build', (sql, index, table) => {
  expect(parseOutsideStatement(sql)).toEqual({ kind: 'create-index', index, table });
});

test.each([
  'DROP INDEX CONCURRENTLY IF EXISTS by_isbn;',
  'ALTER TABLE books VALIDATE CONSTRAINT priced',
  'VACUUM (ANALYZE) books',
  'ANALYZE books',
])('%s can be repeated', (sql) => {
  expect(parseOutsideStatement(sql)).toEqual({ kind: 'repeatable' });
});

test('a build that passes over an index of the same name is refused, since that may be invalid', () => {
  const sql = 'CREATE INDEX CONCURRENTLY IF NOT EXISTS by_isbn ON books (isbn)';
  expect(() => parseOutsideStatement(sql)).toThrow('takes an invalid index of a failed build for a good one');
});

test.each([
  'CREATE INDEX CONCURRENTLY ON books (isbn)',
  'CREATE INDEX by_isbn ON books (isbn)',
  'DROP INDEX CONCURRENTLY by_isbn',
  'ALTER TABLE books ADD COLUMN shelf text',
  'ALTER TABLE books VALIDATE CONSTRAINT priced, ADD COLUMN shelf text',
  'UPDATE books SET stock = 0',
  'REINDEX INDEX CONCURRENTLY by_isbn',
  '',
])('"%s" could be left half done, and is refused', (sql) => {
  expect(() => parseOutsideStatement(sql)).toThrow('could be left half done');
});
