import { type Check, defineScenario, type Scenario } from '@lab/sdk';

function check(name: string, points: number, experiments: readonly string[]): Check {
  return {
    id: `stale-tea/${name}`,
    title: `The tea is ${name}`,
    points,
    lesson: `lessons/tea#${name}`,
    experiments,
    judge: (evidence) =>
      evidence.seed % 2 === 0
        ? []
        : [
            {
              code: 'TEA_COLD',
              severity: 'failure',
              message: 'The tea was cold.',
              measured: { text: '20 °C' },
              expected: { text: '60 °C' },
              atMs: null,
              refs: evidence.history.length === 0 ? {} : { operations: [7], experiment: 'pour' },
            },
          ],
  };
}

/** A scenario whose checks pass on even seeds. */
export function tinyScenario(): Scenario {
  return defineScenario({
    id: 'stale-tea',
    family: 'cache',
    title: 'Stale tea',
    level: 'starter',
    minutes: 5,
    lesson: 'lessons/tea',
    story: { text: ['The tea is cold.'], budgets: ['One kettle a minute.'] },
    stack: { parts: ['postgres', 'toxiproxy'], replicas: { api: 3 } },
    editable: ['src/**'],
    startWith: ['src/kettle.ts'],
    workload: { script: 'workload.js', ratePerSecond: 10, echoRatePerSecond: 1, prepare: async () => ({}) },
    experiments: [
      { id: 'pour', title: 'Pour it', phase: 'disturb', run: async () => ({ reached: true }) },
      { id: 'drink', title: 'Drink it', phase: 'recover', run: async () => ({ reached: true }) },
    ],
    checks: [check('hot', 60, ['pour']), check('drunk', 40, ['drink'])],
    hints: ['Look at the kettle.', 'Boil the water.'],
    variants: [
      { name: 'broken', about: 'Cold water.', killedBy: { 'stale-tea/hot': ['TEA_COLD'] } },
      { name: 'mutants/lukewarm', about: 'Boils for a second.', killedBy: { 'stale-tea/drunk': ['TEA_COLD'] } },
      { name: 'solutions/thermos', about: 'A thermos.', killedBy: {} },
    ],
  });
}
