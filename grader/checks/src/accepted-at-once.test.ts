import type { Evidence, Operation } from '@lab/sdk';
import { expect, test } from 'vitest';
import { acceptedAtOnce } from './accepted-at-once.ts';
import { evidence, healthyLab, order } from './testing/evidence.ts';

const check = acceptedAtOnce({
  id: 'shop/accepted-at-once',
  title: 'Accepted at once',
  points: 5,
  lesson: 'lessons/jobs#accepted-at-once',
  experiments: ['hangs'],
  withinMs: 1_000,
});

function run(history: readonly Operation[], change: Partial<Evidence> = {}): Evidence {
  return evidence({ history, selected: ['hangs'], ...change });
}

const placed = (change: Partial<Operation> = {}): Operation => order({ experiment: 'hangs', ...change });
const codes = (given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);

test('orders that are accepted soon pass', () => {
  expect(codes(run([placed(), placed({ id: 2 })]))).toEqual([]);
});

test('ORDER_REFUSED names the first, its replica and its status', () => {
  const [finding] = check.judge(run([placed(), placed({ id: 2, outcome: 'unknown', status: 503, replica: 'api-2' })]));
  expect(finding).toMatchObject({
    code: 'ORDER_REFUSED',
    message:
      '1 of 2 orders were not accepted, the first at 10.00 s through api-2 (status 503). The API and its database were well. See operation 2.',
  });
});

test('one late answer may be the machine’s, two are the service’s', () => {
  const late = { startMs: 10_000, endMs: 12_000 };
  expect(codes(run([placed(late), placed({ id: 2 })]))).toEqual([]);
  expect(codes(run([placed(late), placed({ id: 2, ...late })]))).toEqual(['ORDER_ACCEPTED_LATE']);
  const canaries = [{ part: 'postgres', failed: 0, maxMs: 700 }];
  expect(codes(run([placed(late), placed({ id: 2, ...late })], { labHealth: { ...healthyLab, canaries } }))).toEqual(
    [],
  );
  const labHealth = { ...healthyLab, echo: { ...healthyLab.echo, p95Ms: 150 } };
  expect(codes(run([placed(late), placed({ id: 2, ...late })], { labHealth }))).toEqual([]);
});

test('no order is no proof', () => {
  expect(codes(run([]))).toEqual(['NOT_MEASURED']);
  expect(codes(run([], { selected: [] }))).toEqual([]);
});
