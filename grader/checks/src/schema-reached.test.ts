import type { Evidence } from '@lab/sdk';
import { expect, test } from 'vitest';
import { schemaReached } from './schema-reached.ts';
import { type MigrationStory, runWith } from './testing/migration-run.ts';

const check = schemaReached({
  id: 'shop/schema-complete',
  title: 'Schema complete',
  points: 15,
  lesson: 'lessons/migrations#schema-complete',
  experiments: ['copy'],
  places: { copy: 'on a quiet copy' },
});
const codes = (given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);

const asked = [
  { statement: 'a new book without a binding', expected: 'paperback', answer: 'paperback' },
  { statement: 'a new book with the binding scroll', expected: 'refused', answer: 'refused' },
];

function run(tables: MigrationStory['tables'] = {}): Evidence {
  return runWith({ experiment: 'copy', tables: { 'schema-answers': asked, ...tables } });
}

test('a database that answers as it was asked to passes', () => {
  expect(codes(run())).toEqual([]);
});

test('SCHEMA_INCOMPLETE names the first statement, what it came to and what was due', () => {
  const taken = asked.map((one) => ({ ...one, answer: one.expected === 'refused' ? 'scroll' : one.answer }));
  const [finding, ...others] = check.judge(run({ 'schema-answers': taken }));
  expect(others).toEqual([]);
  expect(finding?.code).toBe('SCHEMA_INCOMPLETE');
  expect(finding?.message).toBe(
    'When the lab had waited for the migrations on a quiet copy: a new book with the binding scroll came to “scroll”, not to “refused”.',
  );
  const none = asked.map((one) => ({ ...one, answer: 'failed: column "binding" does not exist' }));
  expect(check.judge(run({ 'schema-answers': none }))[0]?.message).toContain('1 more of the lab’s statements');
});

test('NOT_VALIDATED and INDEX_INVALID name what is half done', () => {
  const flaws = [
    { kind: 'unvalidated', table: 'books', name: 'books_binding_known' },
    { kind: 'invalid-index', table: 'books', name: 'books_by_binding' },
  ];
  expect(codes(run({ 'schema-flaws': flaws }))).toEqual(['NOT_VALIDATED', 'INDEX_INVALID']);
});

test('SOMETHING_GONE names what is missing; what is new is what was asked for', () => {
  const change = { moment: 'done', kind: 'constraint', table: 'public.books', definition: 'CHECK ((stock >= 0))' };
  expect(codes(run({ 'schema-changes': [{ ...change, change: 'new' }] }))).toEqual([]);
  const [finding] = check.judge(run({ 'schema-changes': [{ ...change, change: 'gone' }] }));
  expect(finding?.code).toBe('SOMETHING_GONE');
  expect(finding?.message).toContain('constraint of public.books, CHECK ((stock >= 0)).');
});

test('a schema that nobody looked at is undecided', () => {
  expect(codes(runWith({ experiment: 'copy' }))).toEqual(['NOT_MEASURED']);
  expect(codes(runWith({ experiment: 'copy', change: { selected: [] } }))).toEqual([]);
});
