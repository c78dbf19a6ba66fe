import type { Evidence } from '@lab/sdk';
import { expect, test } from 'vitest';
import { noneLost } from './none-lost.ts';
import { evidence, experimentRecord, ledger, order } from './testing/evidence.ts';

const check = noneLost({
  id: 'shop/none-lost',
  title: 'None is lost',
  points: 10,
  lesson: 'lessons/jobs#none-lost',
  experiments: ['killed'],
  circumstances: { killed: 'A worker was killed.' },
  settled: 'settle',
});

function run(change: Partial<Evidence>): Evidence {
  return evidence({
    history: [order({ id: 7, experiment: 'killed' }), order({ id: 8, experiment: 'killed', key: 'order-2' })],
    experiments: [
      experimentRecord({
        experiment: 'killed',
        startMs: 9_900,
        endMs: 12_000,
        facts: { 'point:order-2': 'It was late.' },
      }),
      experimentRecord({ experiment: 'settle', facts: { waitedMs: 30_000 } }),
    ],
    selected: ['killed', 'settle'],
    ...change,
  });
}

test('it needs the experiment that waits', () => {
  expect(check.experiments).toEqual(['killed', 'settle']);
});

test('every accepted order charged passes, however late', () => {
  const tables = [ledger({ reference: 'order-1' }, { reference: 'order-2', atMs: 38_000 })];
  expect(check.judge(run({ tables }))).toEqual([]);
});

test('NEVER_CHARGED counts accepted orders alone', () => {
  const refused = order({ id: 9, experiment: 'killed', key: 'order-3', outcome: 'fail', status: 409 });
  const open = order({ id: 10, experiment: 'killed', key: 'order-4', outcome: 'unknown', status: 0 });
  const history = [...run({}).history, refused, open];
  expect(check.judge(run({ history, tables: [ledger({ reference: 'order-1' })] }))).toEqual([
    {
      code: 'NEVER_CHARGED',
      severity: 'failure',
      message:
        '1 of 2 accepted orders had not been charged 30.00 s after the last fault was over, order order-2 for example, ' +
        'accepted at 10.02 s. A worker was killed. It was late. See operation 8.',
      measured: { text: '1 not charged', value: 1, unit: 'orders' },
      expected: { text: 'none', value: 0, unit: 'orders' },
      atMs: 10_020,
      refs: { experiment: 'killed', operations: [8] },
    },
  ]);
});

test('PROCESS_STAYS_DOWN names a worker that does not come up after a kill', () => {
  const timeline = [
    { atMs: 12_000, event: 'fault', name: 'process-down', state: 'stays', detail: { replica: 'worker-2' } },
  ] as const;
  const tables = [ledger({ reference: 'order-1' }, { reference: 'order-2' })];
  const [finding] = check.judge(run({ tables, timeline }));
  expect(finding).toMatchObject({
    code: 'PROCESS_STAYS_DOWN',
    message: 'worker-2 did not come up again after it had been killed, at 12.00 s.',
  });
});

test('without the provider’s ledger nothing can be judged', () => {
  expect(check.judge(run({})).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
});
