import type { Evidence, Sample } from '@lab/sdk';
import { expect, test } from 'vitest';
import { databaseBudget } from './database-budget.ts';
import { calmSample, evidence } from './testing/evidence.ts';

const check = databaseBudget({
  id: 'shop/database-budget',
  title: 'The database is asked no more than it can take',
  points: 15,
  lesson: 'lessons/caching#database-budget',
  requests: ['detail', 'patch'],
  statementsPerSecondMax: 60,
  plannedPerSecond: 150,
});

/** Two calm seconds; at the planned rate they hold 300 requests and have room for 120 statements. */
function calm(figures: { statements?: number; detail?: number; patch?: number }, durationMs = 2_000): Evidence {
  const samples: Sample[] = [calmSample('window.duration_ms', durationMs)];
  const { statements, ...requests } = figures;
  if (statements !== undefined) samples.push(calmSample('database.statements', statements));
  for (const [name, value] of Object.entries(requests)) samples.push(calmSample('load.requests', value, { name }));
  return evidence({ samples });
}

test('as many statements as the budget allows pass', () => {
  expect(check.judge(calm({ statements: 120, detail: 280, patch: 20 }))).toEqual([]);
});

test('DATABASE_BUDGET_EXCEEDED names both rates and the load', () => {
  expect(check.judge(calm({ statements: 240, detail: 280, patch: 20 }))).toEqual([
    {
      code: 'DATABASE_BUDGET_EXCEEDED',
      severity: 'failure',
      message:
        'Over 2000 ms of calm load (300 requests) the database executed 240 statements, 120 a second. ' +
        'It has room for 60 a second from this service: the pages must mostly be answered without it.',
      measured: { text: '120 statements a second', value: 120, unit: 'statements/s' },
      expected: { text: 'at most 60', value: 60, unit: 'statements/s' },
      atMs: null,
      refs: {},
    },
  ]);
});

test('half of the planned requests have half of the budget', () => {
  expect(check.judge(calm({ statements: 60, detail: 150 }))).toEqual([]);
  expect(check.judge(calm({ statements: 62, detail: 150 }))[0]?.expected.value).toBe(30);
});

test('more requests than planned have no larger budget', () => {
  expect(check.judge(calm({ statements: 121, detail: 600 }))[0]?.expected.value).toBe(60);
});

test('requests of other kinds, as those to the echo server, do not count', () => {
  const withEcho = calm({ statements: 62, detail: 150 });
  const echo = calmSample('load.requests', 400, { name: 'echo' });
  expect(check.judge({ ...withEcho, samples: [...withEcho.samples, echo] })).toHaveLength(1);
});

test.each([
  ['statements were not counted', calm({ detail: 300 })],
  ['no request was answered', calm({ statements: 10 })],
  ['there was no calm stretch', evidence({})],
])('the check is inconclusive, NOT_MEASURED, when %s', (_circumstance, given) => {
  expect(check.judge(given)).toEqual([
    {
      code: 'NOT_MEASURED',
      severity: 'inconclusive',
      message: 'The calm stretch of the run has no figures, so the database budget could not be judged.',
      measured: { text: 'nothing measured' },
      expected: { text: 'at most 60 statements a second' },
      atMs: null,
      refs: {},
    },
  ]);
});

test('calm load alone decides', () => {
  expect(check.experiments).toEqual([]);
});
