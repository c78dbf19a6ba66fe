import { expect, test } from 'vitest';
import { behaviourProblems, behavioursPage, titlesOf } from './behaviours.ts';
import { readSources, repoRoot } from './source-files.ts';

const tests = {
  path: 'lab/service/src/a/b.test.ts',
  text: [
    "test('one thing', () => {});",
    "test.each([1])(\n  'number %i',\n  async (n) => {},\n);",
    'test(`it\'s "two" things`, async () => {});',
    "test.skip('a thing of the future', () => {});",
    "emitter.on('a thing that happens', () => {});",
  ].join('\n'),
};

function problemsOf(...rows: readonly string[]): string[] {
  return behaviourProblems([tests, { path: behavioursPage, text: rows.map((row) => `| ${row} |`).join('\n') }]);
}

test('the tests that the page names exist, and every row says what proves it or what is missing', async () => {
  expect(behaviourProblems(await readSources(repoRoot))).toEqual([]);
});

test('tests are found by their names in every form, and what is no test is not', () => {
  expect([...titlesOf(tests.text)]).toEqual(['one thing', 'number %i', 'it\'s "two" things']);
});

test('a test that does not exist is found, and so is a file', () => {
  expect(
    problemsOf(
      'x-1 | says | `a/b.test.ts › one thing`<br>`a/b.test.ts › number %i` | unit |',
      'x-2 | says | `a/b.test.ts › it\'s "two" things` | unit |',
      'x-3 | says | `a/b.test.ts › one thing`<br>`a/b.test.ts › another thing` | unit |',
      'x-4 | says | `a/c.test.ts › one thing` | unit |',
      'x-5 | says | `a/b.test.ts › a thing of the future` | unit |',
    ),
  ).toEqual([
    'lab/service/src/a/b.test.ts has no test "another thing".',
    'There is no lab/service/src/a/c.test.ts, which is to prove "one thing".',
    'lab/service/src/a/b.test.ts has no test "a thing of the future".',
  ]);
});

test('a row that is neither proved nor says what is missing is found', () => {
  const proof = '`a/b.test.ts › one thing`';
  expect(
    problemsOf(
      `x-1a | says | ${proof} | load, in part | the rest`,
      'x-1b | says | | not built | all of it',
      `x-1a | says | ${proof} | unit |`,
      `x-2 | says | ${proof} | by hand |`,
      'x-3 | says | | stack |',
      `x-4 | says | ${proof} | not proved | the rest`,
      'x-5 | says | | not proved |',
      `x-6 | says | ${proof} | fault, in part |`,
      `x-7 | says | ${proof} | fault | the rest`,
      `x-8 | ${'so '.repeat(16)} | ${proof} | fault |`,
      `x-9 | says | ${proof}<br>by the way it is made | stack |`,
    ),
  ).toEqual([
    'x-1a is there twice.',
    'x-2 is said to be shown by "by hand".',
    'x-3 is stack, and names no test.',
    'x-4 is not proved, and names a test.',
    'x-5 is not proved, and names nothing that is missing.',
    'x-6 is fault, in part, and names nothing that is missing.',
    'x-7 is fault, and names something that is missing.',
    'x-8 needs more than 15 words.',
    'x-9 names by the way it is made, which is no test.',
  ]);
});

test('a page that is not there, or has no rows, is found', () => {
  expect(behaviourProblems([tests])).toEqual([`${behavioursPage} is not there.`]);
  expect(problemsOf('id | behaviour')).toEqual([`${behavioursPage} has no rows.`]);
});
