import type { Check, Experiment, Scenario } from '@lab/sdk';
import { expect, test } from 'vitest';
import { groupNeighbours, selectExperiments } from './grade.ts';

function experiment(id: string, besideOthers?: boolean): Experiment {
  return {
    id,
    title: id,
    phase: 'disturb',
    ...(besideOthers === undefined ? {} : { besideOthers }),
    run: async () => ({ reached: true }),
  };
}

function check(name: string, experiments: readonly string[]): Check {
  return { id: `shop/${name}`, title: name, points: 10, lesson: '', experiments, judge: () => [] };
}

const scenario: Scenario = {
  id: 'shop',
  family: 'cache',
  title: 'The shop',
  level: 'starter',
  minutes: 10,
  lesson: 'lessons/shop',
  story: { text: [], budgets: [] },
  stack: { parts: [], replicas: { api: 1 } },
  editable: [],
  startWith: [],
  workload: { script: 'workload.js', ratePerSecond: 1, echoRatePerSecond: 1, prepare: async () => ({}) },
  experiments: ['warm-up', 'cut', 'hold', 'reread'].map((id) => experiment(id)),
  checks: [
    check('steady-state', ['warm-up']),
    check('fresh', ['cut', 'reread']),
    check('right', ['hold', 'reread']),
    check('budget', []),
  ],
  hints: [],
  variants: [],
};

test('every experiment that a check needs is selected when no check is named', () => {
  expect([...selectExperiments(scenario, undefined)].sort()).toEqual(['cut', 'hold', 'reread', 'warm-up']);
});

test('the experiments of the named checks are selected, and those of the steady state always', () => {
  expect([...selectExperiments(scenario, ['shop/right'])].sort()).toEqual(['hold', 'reread', 'warm-up']);
  expect([...selectExperiments(scenario, ['shop/budget'])]).toEqual(['warm-up']);
  expect([...selectExperiments(scenario, [])]).toEqual(['warm-up']);
});

test('an experiment that no check needs is not selected', () => {
  const extra = { ...scenario, experiments: [...scenario.experiments, experiment('idle')] };
  expect(selectExperiments(extra, undefined).has('idle')).toBe(false);
});

/** The ids of each group. `+` marks an experiment that may run beside others. */
function groupsOf(...marked: readonly string[]): readonly (readonly string[])[] {
  const experiments = marked.map((id) => (id.startsWith('+') ? experiment(id, true) : experiment(id)));
  return groupNeighbours(experiments).map((group) => group.map(({ id }) => id));
}

test('neighbours that may run beside others form one group', () => {
  expect(groupsOf('+a', '+b', '+c')).toEqual([['+a', '+b', '+c']]);
});

test('an experiment that needs the stack for itself is alone and parts its neighbours', () => {
  expect(groupsOf('+a', 'b', '+c', '+d', 'e', 'f')).toEqual([['+a'], ['b'], ['+c', '+d'], ['e'], ['f']]);
});

test('an experiment that declines to run beside others is alone', () => {
  const group = groupNeighbours([experiment('a', true), experiment('b', false)]);
  expect(group.map((members) => members.length)).toEqual([1, 1]);
});

test('no experiments make no groups', () => {
  expect(groupNeighbours([])).toEqual([]);
});
