import { LabError, reportSchema, SubmissionError } from '@lab/sdk';
import { expect, test } from 'vitest';
import { exitCodeFor, inconclusiveReport, type JudgeInput, judge, rejectedReport } from './judge.ts';
import { check, evidence, finding, healthyLab, labFacts, labSection, scenarioOf } from './testing/evidence.ts';

function judged(checks: Parameters<typeof scenarioOf>[0], change: Parameters<typeof evidence>[0] = {}) {
  const input: JudgeInput = {
    scenario: scenarioOf(checks),
    evidence: evidence(change),
    subject: 'workspace',
    lab: labFacts,
    ignoredFiles: [],
  };
  return judge(input);
}

const passing = check('passing');
const failing = check('failing', { judge: () => [finding()] });
const unsure = check('unsure', { judge: () => [finding({ severity: 'inconclusive', code: 'NOT_REACHED' })] });
const noted = check('noted', { judge: () => [finding({ severity: 'note', code: 'SLOW' })] });
const sick = { labHealth: { ...healthyLab, problem: 'the echo server answered late.' } };

function statuses(report: ReturnType<typeof judged>): string[] {
  return report.checks.map((result) => `${result.status} ${result.points}`);
}

test('a run without failures passes and gets all points', () => {
  const report = judged([passing, noted]);
  expect(report).toMatchObject({
    verdict: 'passed',
    score: 100,
    maxScore: 100,
    seed: 42,
    subject: 'workspace',
    rejection: null,
  });
  expect(statuses(report)).toEqual(['passed 50', 'passed 50']);
  expect(report.checks[1]?.findings).toHaveLength(1);
});

test('one failed check fails the run, whatever the others say', () => {
  const report = judged([passing, failing, unsure]);
  expect(report).toMatchObject({ verdict: 'failed', score: 50, maxScore: 150 });
  expect(statuses(report)).toEqual(['passed 50', 'failed 0', 'inconclusive 0']);
});

test('an undecided check makes the run inconclusive', () => {
  expect(judged([passing, unsure]).verdict).toBe('inconclusive');
});

test('a failure outweighs an undecided finding of the same check', () => {
  const both = check('both', { judge: () => [finding({ severity: 'inconclusive' }), finding()] });
  expect(statuses(judged([both]))).toEqual(['failed 0']);
});

test('a finding carries its moment, its references and the lesson', () => {
  expect(judged([failing]).checks[0]?.findings[0]).toEqual({
    code: 'STALE_AFTER_WRITE',
    severity: 'failure',
    message: '3 of 40 reads returned a price that a finished write had replaced.',
    measured: { text: '3 old prices', value: 3, unit: 'reads' },
    expected: { text: 'none', value: 0, unit: 'reads' },
    at: 12_300,
    refs: { operations: [2, 3], experiment: 'late-fill', during: ['cache held'] },
    lesson: 'lessons/stale-reads#failing',
  });
});

test('a check none of whose experiments ran is not applicable and is not called', () => {
  const other = check('other', {
    experiments: ['cut', 'restart'],
    judge: () => {
      throw new Error('called');
    },
  });
  const report = judged([passing, other]);
  expect(report.verdict).toBe('passed');
  expect(statuses(report)).toEqual(['passed 50', 'not-applicable 0']);
});

test('one of several experiments is enough for a check to apply', () => {
  const several = check('several', { experiments: ['cut', 'late-fill'], judge: () => [finding()] });
  expect(statuses(judged([several]))).toEqual(['failed 0']);
});

test('a check that needs no experiment always applies', () => {
  const calm = check('calm', { experiments: [], judge: () => [finding()] });
  expect(statuses(judged([calm], { selected: [] }))).toEqual(['failed 0']);
});

test('nothing else is judged when the steady state does not hold', () => {
  const steady = check('steady-state', { experiments: [], judge: () => [finding({ code: 'NOT_STEADY' })] });
  const report = judged([passing, steady, failing]);
  expect(report.verdict).toBe('failed');
  expect(statuses(report)).toEqual(['not-applicable 0', 'failed 0', 'not-applicable 0']);
});

test('with an unhealthy lab passes become inconclusive and forced failures stand', () => {
  const load = check('load', { experiments: [], judge: () => [finding()] });
  const report = judged([passing, failing, load], sick);
  expect(statuses(report)).toEqual(['inconclusive 0', 'failed 0', 'inconclusive 0']);
  expect(report).toMatchObject({ verdict: 'failed', lab: { problem: 'the echo server answered late.' } });
  expect(report.checks[0]?.findings[0]).toMatchObject({ code: 'LAB_NOT_HEALTHY', severity: 'inconclusive' });
  expect(judged([passing, load], sick).verdict).toBe('inconclusive');
});

test('a steady state that fails is not held against the code when the lab was unhealthy', () => {
  const steady = check('steady-state', { experiments: [], judge: () => [finding({ code: 'NOT_STEADY' })] });
  const report = judged([steady, failing], sick);
  expect(report.verdict).toBe('inconclusive');
  expect(statuses(report)).toEqual(['inconclusive 0', 'not-applicable 0']);
  const machine = judged([steady, failing], { referenceBaseline: 'failed' });
  expect(machine).toMatchObject({ verdict: 'inconclusive', lab: { problem: expect.stringContaining('reference') } });
  expect(judged([steady, failing], { referenceBaseline: 'held' }).verdict).toBe('failed');
});

test('a check that throws is named', () => {
  const broken = check('broken', {
    judge: () => {
      throw new TypeError('oh');
    },
  });
  expect(() => judged([broken])).toThrow('Check "stale-reads/broken" threw while it judged run 20260304-050607-ab12.');
});

test('a check that measured something that is no number is named', () => {
  const broken = check('broken', { judge: () => [finding({ measured: { text: '?', value: Number.NaN } })] });
  expect(() => judged([broken])).toThrow(/check "stale-reads\/broken" at checks\.0\.findings\.0\.measured\.value/);
});

test('judging again gives the identical report, and JSON loses nothing of it', () => {
  const seeds = Array.from({ length: 50 }, (_item, index) => index);
  for (const seed of seeds) {
    const checks = [passing, failing, unsure, noted].filter((_check, index) => (seed >> index) % 2 === 0);
    const change = { seed, ...(seed % 3 === 0 ? sick : {}), ...(seed % 5 === 0 ? { selected: [] } : {}) };
    const report = judged(checks, change);
    expect(judged(checks, structuredClone(change))).toStrictEqual(report);
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toStrictEqual(report);
  }
});

const unjudged = {
  scenario: scenarioOf([passing, failing]),
  subject: 'workspace',
  seed: 7,
  lab: labSection,
  ignoredFiles: ['package.json'],
};

test('a submission that does not boot is rejected, with the place', () => {
  const error = new SubmissionError('E_BOOT_EXITED', {
    stage: 'boot',
    message: 'bin/api.ts ended with 1.',
    hint: 'run it by hand',
    location: { file: 'src/read.ts', line: 3 },
  });
  const report = rejectedReport({ ...unjudged, error });
  expect(report).toMatchObject({
    verdict: 'rejected',
    score: 0,
    maxScore: 100,
    ignoredFiles: ['package.json'],
    rejection: { stage: 'boot', code: 'E_BOOT_EXITED', hint: 'run it by hand', file: 'src/read.ts', line: 3 },
  });
  expect(statuses(report)).toEqual(['not-applicable 0', 'not-applicable 0']);
});

test('a lab that broke down gives no verdict, and the reason', () => {
  const error = new LabError('E_PORT_TAKEN', { message: 'Port 5432 is taken.', hint: 'lab doctor' });
  const report = inconclusiveReport({ ...unjudged, error });
  expect(report).toMatchObject({
    verdict: 'inconclusive',
    score: 0,
    lab: { problem: 'Port 5432 is taken. What helps: lab doctor' },
  });
});

test('each verdict has its exit code', () => {
  const codes = (['passed', 'failed', 'rejected', 'inconclusive'] as const).map((verdict) => exitCodeFor({ verdict }));
  expect(codes).toEqual([0, 1, 1, 2]);
});
