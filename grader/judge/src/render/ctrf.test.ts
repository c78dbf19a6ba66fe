import { LabError, SubmissionError } from '@lab/sdk';
import { expect, test } from 'vitest';
import { inconclusiveReport, rejectedReport } from '../judge.ts';
import { check, labSection, scenarioOf } from '../testing/evidence.ts';
import { renderCtrf } from './ctrf.ts';
import { hostileReport, recordedReport } from './testing/recorded-run.ts';
import { inert } from './text.ts';

const unjudged = {
  scenario: scenarioOf([check('fresh'), check('order')]),
  subject: 'workspace',
  seed: 42,
  lab: labSection,
  ignoredFiles: [],
};

test('each check is a test with its status', () => {
  const { results } = JSON.parse(renderCtrf(recordedReport));
  expect(
    results.tests.map(({ extra, status }: { extra: { id: string }; status: string }) => [extra.id, status]),
  ).toEqual([
    ['stale-reads/steady-state', 'passed'],
    ['stale-reads/fresh', 'failed'],
    ['stale-reads/order', 'other'],
    ['stale-reads/noted', 'passed'],
    ['stale-reads/cut', 'skipped'],
  ]);
  expect(results.summary).toMatchObject({ tests: 5, passed: 2, failed: 1, skipped: 1, pending: 0, other: 1 });
  expect(results.extra).toMatchObject({ seed: 42, run: '20260304-050607-ab12', verdict: 'failed' });
});

test('a failed test says what was measured and expected', () => {
  const { results } = JSON.parse(renderCtrf(recordedReport));
  expect(results.tests[1].message).toContain('3 of 40 reads');
  expect(results.tests[1].trace).toMatch(/Measured {2}3 old prices\nExpected {2}none\n/);
});

test('the run begins at the moment that its id holds, and lasts as long as its phases', () => {
  const { start, stop } = JSON.parse(renderCtrf(recordedReport)).results.summary;
  expect(new Date(start).toISOString()).toBe('2026-03-04T05:06:07.000Z');
  expect(stop - start).toBe(8_900);
});

test('rejected code is a failed test', () => {
  const error = new SubmissionError('E_BOOT', { stage: 'boot', message: 'It ended.' });
  const { results } = JSON.parse(renderCtrf(rejectedReport({ ...unjudged, error })));
  expect(results.summary).toMatchObject({ tests: 3, failed: 1, skipped: 2 });
  expect(results.tests[0]).toMatchObject({ status: 'failed', message: 'Your code did not start: It ended.' });
});

test('a lab that broke down is not healthy, and fails nothing', () => {
  const error = new LabError('E_PORT_TAKEN', { message: 'Port 5432 is taken.' });
  const { results } = JSON.parse(renderCtrf(inconclusiveReport({ ...unjudged, error })));
  expect(results.summary).toMatchObject({ failed: 0, other: 2 });
  expect(results.environment.healthy).toBe(false);
});

test('hostile text steers no terminal that prints the document', () => {
  const text = renderCtrf(hostileReport);
  expect(text).toBe(inert(text));
  expect(() => JSON.parse(text)).not.toThrow();
  expect(text).not.toContain('\\u001b');
});
