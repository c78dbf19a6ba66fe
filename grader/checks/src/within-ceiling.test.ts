import type { Operation } from '@lab/sdk';
import { expect, test } from 'vitest';
import { asked } from './testing/asked.ts';
import { evidence } from './testing/evidence.ts';
import { withinCeiling } from './within-ceiling.ts';

const check = withinCeiling({
  id: 'shop/ceiling',
  title: 'Ceiling',
  points: 10,
  lesson: 'lessons/limits#ceiling',
  experiments: ['silent'],
  quotas: { free: { limit: 15, windowMs: 1_000, burst: 4 } },
  factor: 2,
  views: ['flood'],
  circumstances: { silent: 'The store was silent.' },
});
const of = (history: readonly Operation[]) => check.judge(evidence({ history, selected: ['silent'] }));
const codes = (history: readonly Operation[]) => of(history).map(({ code }) => code);

/** Twenty milliseconds apart for one replica. */
const flood = (count: number, change: Partial<Operation> = {}, firstId = 1): Operation[] =>
  asked({ experiment: 'silent', fromMs: 500, everyMs: 20, count }, firstId).map((one) => {
    return { ...one, replica: 'api-2', ...change };
  });
const refused = flood(60, { status: 429, outcome: 'fail' }, 1_000);

test('twice the limit through one replica is the ceiling', () => {
  expect(of([...flood(30), ...refused])).toEqual([]);
});

test('one more is none, and the replica is named', () => {
  const [finding, ...others] = of([...flood(31), ...refused]);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    code: 'NO_CEILING',
    severity: 'failure',
    measured: { value: 31 },
    expected: { value: 30 },
    atMs: 500,
    refs: { experiment: 'silent', operations: [1, 2, 3, 4, 5] },
  });
  expect(finding?.message).toContain('31 times by api-2');
  expect(finding?.message).toContain('The store was silent.');
});

test('each replica has its own', () => {
  const through = (['api-1', 'api-2', 'api-3'] as const).flatMap((replica, index) => [
    ...flood(30, { replica }, 100 * index),
    ...flood(60, { replica, status: 429 }, 1_000 + 100 * index),
  ]);
  expect(codes(through)).toEqual([]);
});

test('requests without an answer were let through by nobody', () => {
  expect(codes(flood(60, { status: 0, outcome: 'unknown', endMs: 3_500 }))).toEqual([]);
});

test('who did not ask for too much proves nothing, and neither does silence', () => {
  expect(codes(flood(20))).toEqual(['NOT_MEASURED']);
  expect(codes([])).toEqual(['NOT_MEASURED']);
  expect(check.judge(evidence())).toEqual([]);
});
