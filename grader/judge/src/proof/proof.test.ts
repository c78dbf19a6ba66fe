import type { Report, VariantDeclaration } from '@lab/sdk';
import { expect, test } from 'vitest';
import { judge } from '../judge.ts';
import { check, evidence, finding, labFacts, scenarioOf } from '../testing/evidence.ts';
import { isAsExpected } from './expectation.ts';
import { proofMatrix, renderMatrix, uselessChecks } from './matrix.ts';
import { emptyProof, formatProof, type ProvenRun, proofSchema, recordRun, validEntry } from './proof.ts';

const mutant: VariantDeclaration = {
  name: 'mutants/late',
  about: '',
  killedBy: { 'stale-reads/fresh': ['STALE_AFTER_WRITE'] },
};
const solution: VariantDeclaration = { name: 'solutions/other', about: '', killedBy: {} };

function reportWith(
  codes: Readonly<Record<string, readonly string[]>>,
  severity: 'failure' | 'inconclusive' = 'failure',
): Report {
  const checks = Object.entries(codes).map(([name, found]) =>
    check(name, { judge: () => found.map((code) => finding({ code, severity })) }),
  );
  return judge({ scenario: scenarioOf(checks), evidence: evidence(), subject: 'x', lab: labFacts, ignoredFiles: [] });
}

const passed = reportWith({ fresh: [], budget: [] });
const failed = reportWith({ fresh: ['STALE_AFTER_WRITE', 'OTHER'], budget: [] });
const undecided = reportWith({ fresh: ['NOT_REACHED'], budget: [] }, 'inconclusive');

test('reference and solutions are expected to pass', () => {
  expect(isAsExpected(passed, 'reference')).toEqual({ expected: true, outcome: 'as-expected', why: '' });
  expect(isAsExpected(passed, solution).expected).toBe(true);
  expect(isAsExpected(failed, 'reference')).toEqual({
    expected: false,
    outcome: 'wrong',
    why: 'stale-reads/fresh failed (STALE_AFTER_WRITE, OTHER).',
  });
});

test('a mutant is expected to fail by its check with its codes', () => {
  expect(isAsExpected(failed, mutant).expected).toBe(true);
  expect(isAsExpected(passed, mutant)).toMatchObject({ outcome: 'wrong', why: 'The verdict was passed, not failed.' });
  const otherCode = reportWith({ fresh: ['OTHER'] });
  expect(isAsExpected(otherCode, mutant).why).toBe(
    'stale-reads/fresh failed without STALE_AFTER_WRITE; it found OTHER.',
  );
});

test('a mutant that fails by another check is a wrong verdict', () => {
  const report = reportWith({ fresh: [], budget: ['TOO_MANY_READS'] });
  expect(isAsExpected(report, mutant)).toMatchObject({
    outcome: 'wrong',
    why: 'stale-reads/fresh claims it and was passed.',
  });
});

test('what could not be decided is no wrong verdict', () => {
  expect(isAsExpected(undecided, mutant)).toMatchObject({ expected: false, outcome: 'inconclusive' });
  expect(isAsExpected(undecided, 'reference')).toMatchObject({
    outcome: 'inconclusive',
    why: 'Undecided: stale-reads/fresh.',
  });
});

test('a rejected variant is a wrong verdict for every expectation', () => {
  const rejection = { stage: 'boot', code: 'E_BOOT_EXITED', message: 'It ended.' } as const;
  const rejected: Report = { ...passed, verdict: 'rejected', rejection };
  expect(isAsExpected(rejected, 'reference')).toMatchObject({
    outcome: 'wrong',
    why: 'Rejected (E_BOOT_EXITED): It ended.',
  });
  expect(isAsExpected(rejected, mutant).outcome).toBe('wrong');
});

function run(report: Report, change: Partial<ProvenRun> = {}): ProvenRun {
  return {
    variant: mutant.name,
    inputsHash: 'h1',
    report,
    result: isAsExpected(report, mutant),
    gradeMs: 8000.4,
    isRepeat: false,
    machine: 'idle',
    ...change,
  };
}

test('runs are counted by verdict and check, and wrong ones kept with their seed', () => {
  const runs = [run(failed), run(undecided), run(failed, { isRepeat: true }), run(passed, { gradeMs: 12_000 })];
  const entry = runs.reduce(recordRun, emptyProof()).entries[mutant.name];
  expect(entry).toMatchObject({
    inputsHash: 'h1',
    runs: 4,
    verdicts: { passed: 1, failed: 2, inconclusive: 1, rejected: 0 },
    checks: {
      'stale-reads/fresh': { failed: 2, passed: 1, inconclusive: 1 },
      'stale-reads/budget': { failed: 0, passed: 4, inconclusive: 0 },
    },
    repeats: 1,
    wrong: [{ seed: 42, run: '20260304-050607-ab12', machine: 'idle', why: 'The verdict was passed, not failed.' }],
    idle: {
      runs: 4,
      inconclusive: 1,
      gradeMs: { p50: 8000, p95: 12_000, max: 12_000, samples: [8000, 8000, 8000, 12_000] },
    },
    busy: { runs: 0, inconclusive: 0 },
    lastRun: '20260304-050607-ab12',
  });
});

test('runs beside work on every core are counted and timed apart', () => {
  const runs = [run(failed), run(failed, { machine: 'busy', gradeMs: 30_000 })];
  const entry = runs.reduce(recordRun, emptyProof()).entries[mutant.name];
  expect(entry).toMatchObject({ runs: 2, idle: { runs: 1, gradeMs: { max: 8000 } } });
  expect(entry?.busy).toEqual({
    runs: 1,
    inconclusive: 0,
    gradeMs: { p50: 30_000, p95: 30_000, max: 30_000, samples: [30_000] },
  });
});

test('other inputs begin an entry anew and leave the others alone', () => {
  const both = [run(failed), run(failed, { variant: 'broken' })].reduce(recordRun, emptyProof());
  const after = recordRun(both, run(failed, { inputsHash: 'h2' }));
  expect(after.entries[mutant.name]).toMatchObject({ inputsHash: 'h2', runs: 1 });
  expect(after.entries['broken']?.runs).toBe(1);
  expect(validEntry(after, mutant.name, 'h1')).toBeNull();
  expect(validEntry(after, mutant.name, 'h2')?.runs).toBe(1);
  expect(both.entries[mutant.name]?.inputsHash).toBe('h1');
});

test('at most 200 times are kept, the latest, and the maximum of all', () => {
  const times = [50_000, ...Array.from({ length: 250 }, (_item, index) => index)];
  const proof = times.reduce((sum, gradeMs) => recordRun(sum, run(failed, { gradeMs })), emptyProof());
  const gradeMs = proof.entries[mutant.name]?.idle.gradeMs;
  expect(gradeMs?.samples).toHaveLength(200);
  expect(gradeMs).toMatchObject({ max: 50_000, p50: 149, p95: 239 });
});

test('the text does not depend on the order of runs, and reads back identical', () => {
  const one = [run(failed), run(failed, { variant: 'broken' })].reduce(recordRun, emptyProof());
  const other = [run(failed, { variant: 'broken' }), run(failed)].reduce(recordRun, emptyProof());
  expect(formatProof(one)).toBe(formatProof(other));
  expect(proofSchema.parse(JSON.parse(formatProof(one)))).toEqual(one);
  expect(formatProof(one)).toContain('"samples": [8000]');
});

const fresh = check('fresh');
const budget = check('budget');

test('the matrix shows which check failed which variant', () => {
  const scenario = scenarioOf([fresh, budget], [mutant, solution]);
  const proof = [
    run(failed),
    run(undecided),
    run(passed, { variant: 'reference', result: isAsExpected(passed, 'reference') }),
  ].reduce(recordRun, emptyProof());
  const matrix = proofMatrix(scenario, proof);
  expect(renderMatrix(matrix, 'text').split('\n').slice(0, 4)).toEqual([
    'variant          fresh  budget  idle  busy  inconclusive  wrong',
    'reference        0/1    0/1     1     0     0             0',
    'mutants/late     ✗ 1/1  0/2     2     0     1             0',
    'solutions/other                 0     0     0             0',
  ]);
  expect(renderMatrix(matrix, 'markdown')).toContain(
    '| mutants/late    | ✗ 1/1 | 0/2    | 2    | 0    | 1            | 0     |',
  );
});

test('checks that claim no variant are named', () => {
  expect(uselessChecks(scenarioOf([fresh, budget], [mutant, solution]))).toEqual(['stale-reads/budget']);
});
