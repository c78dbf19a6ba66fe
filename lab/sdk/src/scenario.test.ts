import { expect, test } from 'vitest';
import { defineScenario, type Scenario, scenarioProblems } from './scenario.ts';

const sound: Scenario = {
  id: 'stale-reads',
  family: 'cache',
  title: 'Old prices',
  level: 'starter',
  minutes: 30,
  lesson: 'lessons/stale-reads',
  story: { text: [], budgets: [] },
  stack: { parts: [], replicas: { api: 1 } },
  editable: ['src/**'],
  startWith: [],
  workload: { script: 'workload.js', ratePerSecond: 1, echoRatePerSecond: 1, prepare: async () => ({}) },
  experiments: [{ id: 'late', title: '', phase: 'disturb', run: async () => ({ reached: true }) }],
  checks: [{ id: 'stale-reads/fresh', title: '', points: 100, lesson: '', experiments: ['late'], judge: () => [] }],
  hints: [],
  variants: [{ name: 'broken', about: '', killedBy: { 'stale-reads/fresh': ['STALE'] } }],
};

test('a sound declaration has no problems and is frozen', () => {
  expect(scenarioProblems(sound)).toEqual([]);
  expect(Object.isFrozen(defineScenario(sound))).toBe(true);
});

test.each<[string, Partial<Scenario>, RegExp]>([
  ['an id that is no folder name', { id: 'Stale Reads' }, /not kebab-case/],
  ['points that do not add up', { checks: [{ ...sound.checks[0], points: 90 } as never] }, /add up to 90, not to 100/],
  ['a check of an unknown experiment', { experiments: [] }, /needs experiment "late", which does not exist/],
  [
    'an experiment declared twice',
    { experiments: [...sound.experiments, ...sound.experiments] },
    /"late" is declared twice/,
  ],
  ['a stack without what its workers need', { stack: { parts: [], replicas: { api: 1, worker: 1 } } }, /"payment"/],
  ['no broken variant', { variants: [] }, /no variant "broken"/],
  [
    'a mutant that nothing claims',
    { variants: [...sound.variants, { name: 'mutants/x', about: '', killedBy: {} }] },
    /"mutants\/x" is claimed by no check/,
  ],
  [
    'a solution that is claimed',
    { variants: [...sound.variants, { name: 'solutions/x', about: '', killedBy: { 'stale-reads/fresh': [] } }] },
    /solution "solutions\/x" is claimed/,
  ],
  [
    'a claim of an unknown check',
    { variants: [{ name: 'broken', about: '', killedBy: { 'stale-reads/none': [] } }] },
    /"stale-reads\/none", which does not exist/,
  ],
])('%s is a problem, and defining throws', (_what, change, message) => {
  const scenario = { ...sound, ...change };
  expect(scenarioProblems(scenario).join('\n')).toMatch(message);
  expect(() => defineScenario(scenario)).toThrow(message);
});
