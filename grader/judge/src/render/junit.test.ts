import { LabError, type Report, SubmissionError } from '@lab/sdk';
import { expect, test } from 'vitest';
import { inconclusiveReport, rejectedReport } from '../judge.ts';
import { check, labSection, scenarioOf } from '../testing/evidence.ts';
import { renderJunit } from './junit.ts';
import { hostileReport, recordedReport } from './testing/recorded-run.ts';
import { allText, everyElement, parseStrictXml, type XmlElement } from './testing/strict-xml.ts';

const unjudged = {
  scenario: scenarioOf([check('fresh'), check('order')]),
  subject: 'workspace',
  seed: 42,
  lab: labSection,
  ignoredFiles: [],
};

function suiteOf(report: Report): { readonly suite: XmlElement; readonly cases: readonly XmlElement[] } {
  const elements = everyElement(parseStrictXml(renderJunit(report)));
  const suites = elements.filter(({ name }) => name === 'testsuite');
  expect(suites).toHaveLength(1);
  return { suite: suites[0] as XmlElement, cases: elements.filter(({ name }) => name === 'testcase') };
}

test('each check is a case, with what was measured and expected', async () => {
  await expect(renderJunit(recordedReport)).toMatchFileSnapshot('golden/junit.xml');
});

test('the counts of the suite are those of its cases', () => {
  const { suite, cases } = suiteOf(recordedReport);
  const outcomes = cases.flatMap(({ children }) => children.map(({ name }) => name));
  const counted = (name: string) => String(outcomes.filter((one) => one === name).length);
  expect(Object.fromEntries(suite.attributes)).toMatchObject({
    name: 'stale-reads',
    tests: String(recordedReport.checks.length),
    failures: counted('failure'),
    errors: counted('error'),
    skipped: counted('skipped'),
  });
  expect([counted('failure'), counted('error'), counted('skipped')]).toEqual(['1', '1', '1']);
});

test('rejected code is a failed case: skipped checks alone would read as success', () => {
  const error = new SubmissionError('E_BOOT', { stage: 'boot', message: 'It ended.', hint: 'npx tsc' });
  const { suite, cases } = suiteOf(rejectedReport({ ...unjudged, error }));
  expect(Object.fromEntries(suite.attributes)).toMatchObject({ tests: '3', failures: '1', skipped: '2' });
  expect(cases[0]?.children[0]).toMatchObject({
    name: 'failure',
    text: expect.stringContaining('What helps: npx tsc'),
  });
});

test('a lab that broke down makes errors with its reason, and no failure', () => {
  const error = new LabError('E_PORT_TAKEN', { message: 'Port 5432 is taken.' });
  const { suite, cases } = suiteOf(inconclusiveReport({ ...unjudged, error }));
  expect(Object.fromEntries(suite.attributes)).toMatchObject({ failures: '0', errors: '2' });
  expect(cases[0]?.children[0]?.attributes.get('message')).toBe('Port 5432 is taken.');
});

test('hostile text in any field is text', () => {
  const root = parseStrictXml(renderJunit(hostileReport));
  const known = [
    'testsuites',
    'testsuite',
    'properties',
    'property',
    'testcase',
    'failure',
    'error',
    'skipped',
    'system-out',
  ];
  expect(everyElement(root).filter(({ name }) => !known.includes(name))).toEqual([]);
  expect(allText(root)).toContain('<script>alert(1)</script>]]>');
});
