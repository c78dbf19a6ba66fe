import type { Evidence } from '@lab/sdk';
import { expect, test } from 'vitest';
import { chargeRecorded } from './charge-recorded.ts';
import { evidence, healthyLab, ledger, operation, order } from './testing/evidence.ts';

const check = chargeRecorded({
  id: 'shop/charged-and-shown',
  title: 'Charged and shown',
  points: 10,
  lesson: 'lessons/jobs#charged-and-shown',
  experiments: ['plain', 'killed'],
  atRest: ['plain'],
  withinMs: 5_000,
});

function look(value: number | null, id = 20) {
  return operation({ id, view: 'order-paid', key: 'order-1', value, startMs: 15_000, endMs: 15_004 });
}

function run(change: Partial<Evidence>): Evidence {
  return evidence({
    history: [order({ id: 7, experiment: 'plain' }), look(1)],
    tables: [ledger({ reference: 'order-1' })],
    selected: ['plain', 'killed'],
    ...change,
  });
}

const codes = (given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);

test('the total, soon, and shown passes', () => {
  expect(check.judge(run({}))).toEqual([]);
});

test('WRONG_AMOUNT compares with what the customer ordered', () => {
  const [finding] = check.judge(run({ tables: [ledger({ reference: 'order-1', amountCents: 1_000 })] }));
  expect(finding).toMatchObject({
    code: 'WRONG_AMOUNT',
    message: 'Order order-1 costs 12.50, and 10.00 were charged at 10.20 s. See operation 7.',
  });
});

test('NOT_SHOWN_AS_PAID takes the last look', () => {
  expect(codes(run({ history: [order({ experiment: 'plain' }), look(0), look(1, 21)] }))).toEqual([]);
  expect(codes(run({ history: [order({ experiment: 'plain' }), look(1), look(0, 21)] }))).toEqual([
    'NOT_SHOWN_AS_PAID',
  ]);
  expect(codes(run({ history: [order({ experiment: 'plain' }), look(null)] }))).toEqual(['NOT_SHOWN_AS_PAID']);
});

test('CHARGED_LATE is asked at rest only, and not of a machine that is late itself', () => {
  const late = { tables: [ledger({ reference: 'order-1', atMs: 16_000 })] };
  expect(codes(run(late))).toEqual(['CHARGED_LATE']);
  expect(codes(run({ ...late, history: [order({ experiment: 'killed' }), look(1)] }))).toEqual([]);
  const busy = { ...healthyLab, echo: { ...healthyLab.echo, p95Ms: 400 } };
  expect(codes(run({ ...late, labHealth: busy }))).toEqual([]);
});

test('CHARGED_LATE says so of an order that was not charged at all', () => {
  const [finding] = check.judge(run({ tables: [ledger()] }));
  expect(finding?.message).toBe('With nothing broken, order order-1 was not charged at all. See operation 7.');
});

test('without the provider’s ledger nothing can be judged', () => {
  expect(codes(run({ tables: [] }))).toEqual(['NOT_MEASURED']);
});
