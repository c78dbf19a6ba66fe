import { freshAfterWrite } from '@lab/checks';
import { defineScenario, type Experiment, type Scenario } from '@lab/sdk';
import { expect, test } from 'vitest';
import { declarationProblems } from './testing/declaration.ts';
import { codesOf, evidenceOf, pageRead } from './testing/evidence.ts';

const late: Experiment = { id: 'late', title: 'Late', phase: 'disturb', run: async () => ({ reached: true }) };
const fresh = freshAfterWrite({
  id: 'cache-draft/fresh',
  title: 'Fresh',
  points: 100,
  lesson: 'lessons/draft#fresh',
  experiments: ['late'],
  circumstances: {},
});
const claimed = { 'cache-draft/fresh': ['STALE_AFTER_WRITE'] };
const complete: Scenario = defineScenario({
  id: 'cache-draft',
  family: 'cache',
  title: 'A draft',
  level: 'starter',
  minutes: 30,
  lesson: 'lessons/draft',
  story: { text: [], budgets: [] },
  stack: { parts: [], replicas: { api: 1 } },
  editable: ['src/**'],
  startWith: ['src/books/read-book.ts'],
  workload: { script: 'workload.js', ratePerSecond: 1, echoRatePerSecond: 1, prepare: async () => ({}) },
  experiments: [late],
  checks: [fresh],
  hints: ['One.', 'Two.', 'Three.', 'Four?'],
  variants: [
    { name: 'broken', about: '', killedBy: claimed },
    { name: 'mutants/later', about: '', killedBy: claimed },
  ],
});

test('a complete declaration has no problems, however few its variants are', () => {
  expect(declarationProblems(complete)).toEqual([]);
});

test.each<[string, Partial<Scenario>, string]>([
  ['points that do not add up', { checks: [{ ...fresh, points: 90 }] }, "the checks' points add up to 90, not to 100."],
  [
    'a check without a mutant',
    { variants: complete.variants.slice(0, 1) },
    'check "cache-draft/fresh" claims no mutant.',
  ],
  [
    'an experiment that nobody needs',
    { experiments: [late, { ...late, id: 'later' }] },
    'experiment "later" is used by no check.',
  ],
  ['a hint too few', { hints: complete.hints.slice(1) }, 'there are 3 hints, not 4.'],
  ['a hint that breaks off', { hints: ['One.', 'Two.', 'Three.', 'Four, and'] }, 'hint 4 is no whole sentence.'],
  [
    'a check that points elsewhere',
    { checks: [{ ...fresh, lesson: 'lessons/draft#stale' }] },
    'check "cache-draft/fresh" does not point to the section of its name in lessons/draft.',
  ],
  [
    'an experiment that disturbs its neighbours',
    { experiments: [{ ...late, besideOthers: true, disturbsLoad: true }] },
    'experiment "late" runs beside others and disturbs them.',
  ],
  [
    'a file to start with that is not editable',
    { startWith: ['package.json'] },
    'package.json is named to start with, and may not be changed.',
  ],
])('%s is the one problem', (_what, change, problem) => {
  expect(declarationProblems({ ...complete, ...change })).toEqual([problem]);
});

test('evidence that a test makes is judged like that of a run', () => {
  const save = pageRead({ experiment: 'late', id: 1, kind: 'write', value: 2_990, startMs: 10, endMs: 20 });
  const page = pageRead({ experiment: 'late', id: 2 });
  expect(codesOf(fresh, evidenceOf(complete, { history: [save, page] }))).toEqual(['STALE_AFTER_WRITE']);
  expect(codesOf(fresh, evidenceOf(complete))).toEqual([]);
});
