import { stripVTControlCharacters } from 'node:util';
import { LabError, type Report, SubmissionError } from '@lab/sdk';
import { expect, test } from 'vitest';
import { inconclusiveReport, judge, rejectedReport } from '../judge.ts';
import { check, evidence, finding, healthyLab, labFacts, labSection, scenarioOf } from '../testing/evidence.ts';
import { renderTerminal } from './terminal.ts';
import { columns, wrap } from './text.ts';

const plain = { color: false, width: 80 };
const passing = check('steady-state', { title: 'The service answers at rest', experiments: [], points: 10 });
const failing = check('fresh', {
  title: 'No read is older than a write that was acknowledged before it',
  points: 90,
  judge: () => [
    finding({ refs: { operations: [1], experiment: 'plain-write' } }),
    finding({
      refs: {
        operations: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
        experiment: 'late-fill',
        during: ['cache held', 'row lock'],
      },
    }),
  ],
});
const skipped = check('cut', { title: 'A cut cache is survived', experiments: ['cut'], points: 0 });

function report(change: Parameters<typeof evidence>[0] = {}, checks = [passing, failing, skipped]): Report {
  return judge({
    scenario: scenarioOf(checks),
    evidence: evidence(change),
    subject: 'workspace',
    lab: labFacts,
    ignoredFiles: [],
  });
}

function lastLine(text: string): string | undefined {
  return text.trimEnd().split('\n').at(-1);
}

test('a failed run reads from the overview to the cause, the next command and the verdict', async () => {
  await expect(renderTerminal(report(), plain)).toMatchFileSnapshot('golden/failed.txt');
});

test('a passed run is short', async () => {
  await expect(renderTerminal(report({}, [passing]), plain)).toMatchFileSnapshot('golden/passed.txt');
});

test('a run of an unhealthy lab says why, what to do, and that it does not count', async () => {
  const problem = 'The echo server, which shares nothing with ShelfWise but this machine, answered late: p95 310 ms.';
  const text = renderTerminal(report({ labHealth: { ...healthyLab, problem } }, [passing]), plain);
  await expect(text).toMatchFileSnapshot('golden/inconclusive.txt');
});

const unjudged = { scenario: scenarioOf([passing, failing]), subject: 'workspace', seed: 42, lab: labSection };

test('a rejected submission names place, reason and help, and files that were left out', async () => {
  const error = new SubmissionError('E_BOOT_EXITED', {
    stage: 'boot',
    message: "api-1 ended with exit code 1 before it was ready.\n\u001b[31mSyntaxError\u001b[0m: Unexpected token '}'",
    hint: 'npx tsc -p .lab/workspace/stale-reads',
    location: { file: 'src/books/read-book.ts', line: 12 },
  });
  const text = renderTerminal(
    rejectedReport({ ...unjudged, error, ignoredFiles: ['package.json', 'migrations/0001_start.sql'] }),
    plain,
  );
  await expect(text).toMatchFileSnapshot('golden/rejected.txt');
});

test('a lab that broke down is told from a failure', () => {
  const error = new LabError('E_PORT_TAKEN', { message: 'Port 5432 is taken.', hint: 'npx lab doctor' });
  const text = renderTerminal(inconclusiveReport({ ...unjudged, error, ignoredFiles: [] }), plain);
  expect(text).toContain('Port 5432 is taken.');
  expect(lastLine(text)).toBe('INCONCLUSIVE ?  no verdict: 2 of 2 checks could not be decided');
});

test('colours add nothing: without them the text is the same', () => {
  const colored = renderTerminal(report(), { color: true, width: 80 });
  expect(colored).not.toBe(renderTerminal(report(), plain));
  expect(stripVTControlCharacters(colored)).toBe(renderTerminal(report(), plain));
});

test.each([50, 60, 80, 100])('no line is wider than %i columns', (width) => {
  const long = renderTerminal(report(), { color: true, width }).split('\n');
  expect(long.filter((line) => columns(line) > width)).toEqual([]);
});

test('the page of the run is named among what to do next, where there is one', () => {
  const text = renderTerminal(report(), { ...plain, page: '.lab/runs/1/report.html' });
  expect(text.replaceAll(/\s+/g, ' ')).toContain(
    'npx lab open 20260304-050607-ab12 this report as a page, with a picture of the run: .lab/runs/1/report.html',
  );
  expect(renderTerminal(report(), plain)).not.toContain('lab open');
});

test('the verdict is the last line', () => {
  expect(lastLine(renderTerminal(report(), plain))).toBe('FAILED ✗  1 of 2 checks failed, 10 of 100 points');
});

test('long lists of ignored files are cut, with their number', () => {
  const ignoredFiles = Array.from({ length: 13 }, (_item, index) => `docs/${index}.md`);
  const text = renderTerminal({ ...report(), ignoredFiles }, plain);
  expect(text).toContain('You changed 13 files that a fix may not change.');
  expect(text).toContain('and 3 more');
});

test("a variant's report suggests the variant's commands and no hints", () => {
  const text = renderTerminal({ ...report(), subject: 'mutants/late' }, plain);
  expect(text).toContain('npx lab grade stale-reads --variant mutants/late');
  expect(text).not.toContain('npx lab hint');
});

test('words that do not fit stay whole', () => {
  expect(wrap('see /a/very/long/path/that/is/one/word now', 12)).toEqual([
    'see',
    '/a/very/long/path/that/is/one/word',
    'now',
  ]);
});
