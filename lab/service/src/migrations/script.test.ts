import { expect, test } from 'vitest';
import { parseScript } from './script.ts';

test('a file is one transaction whose statements have five seconds each', () => {
  const script = parseScript('-- Adds a column.\nALTER TABLE books ADD COLUMN shelf text;');
  expect(script).toMatchObject({ outside: undefined, statementTimeoutMs: 5_000, loses: undefined });
});

test.each([
  ['30s', 30_000],
  ['none', 0],
])('a header allows statements %s', (value, statementTimeoutMs) => {
  expect(parseScript(`-- statement-timeout: ${value}\nSELECT 1`)).toMatchObject({ statementTimeoutMs });
});

test('a build outside a transaction may take as long as it needs', () => {
  const script = parseScript('-- transaction: none\nCREATE INDEX CONCURRENTLY by_isbn ON books (isbn);');
  expect(script).toMatchObject({
    outside: { kind: 'create-index', index: 'by_isbn', table: 'books' },
    statementTimeoutMs: 0,
  });
});

test('headers end where the statements begin', () => {
  const sql = 'ALTER TABLE books ADD COLUMN shelf text;\n-- transaction: none\n-- destructive: all';
  expect(parseScript(sql)).toMatchObject({ outside: undefined, loses: undefined });
});

test.each([
  ['DROP TABLE books', 'DROP TABLE books'],
  ['ALTER TABLE books DROP COLUMN title;', 'DROP COLUMN title'],
  ['ALTER TABLE books DROP title;', 'DROP title'],
  ['TRUNCATE books', 'TRUNCATE books'],
  ['delete from books; drop schema public', 'delete from books; drop schema public'],
])('%s is said to lose data, without a header too', (sql, loses) => {
  expect(parseScript(sql)).toMatchObject({ loses });
});

test('a header says in words what is lost', () => {
  expect(parseScript('-- destructive: all orders\nDROP TABLE orders')).toMatchObject({ loses: 'all orders' });
});

test.each([
  'ALTER TABLE books DROP CONSTRAINT positive',
  'ALTER TABLE books ALTER COLUMN title DROP NOT NULL',
  'ALTER TABLE books ALTER title DROP DEFAULT',
  'DROP TRIGGER keys ON books; DROP FUNCTION keys()',
  '-- DROP TABLE books\nDROP INDEX by_isbn',
])('%s loses no data', (sql) => {
  expect(parseScript(sql)).toMatchObject({ loses: undefined });
});

test.each([
  ['CREATE INDEX CONCURRENTLY by_isbn ON books (isbn)', '-- transaction: none'],
  ['BEGIN; ALTER TABLE books ADD COLUMN shelf text; COMMIT;', 'leave BEGIN and COMMIT out'],
  ['ALTER TABLE books ADD COLUMN shelf text; COMMIT', 'leave BEGIN and COMMIT out'],
  ['-- transaction: yes\nSELECT 1', 'takes none'],
  ['-- statement-timeout: long\nSELECT 1', 'takes seconds'],
])('%s is refused', (sql, message) => {
  expect(() => parseScript(sql)).toThrow(message);
});

test('the blocks of a function are no transactions', () => {
  const sql =
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  PERFORM 1;\n  BEGIN NULL; END;\nEND $$';
  expect(() => parseScript(sql)).not.toThrow();
});
