import type { Evidence } from '@lab/sdk';
import { expect, test } from 'vitest';
import { chargedOnce } from './charged-once.ts';
import { evidence, experimentRecord, ledger, order } from './testing/evidence.ts';

const facts = {
  id: 'shop/once',
  title: 'Once',
  points: 10,
  lesson: 'lessons/jobs#once',
  experiments: ['killed', 'frozen'],
  settled: 'settle',
};
const check = chargedOnce({ ...facts, circumstances: { killed: 'A worker was killed.' } });

function run(change: Partial<Evidence>): Evidence {
  return evidence({
    history: [order({ id: 7, experiment: 'killed' })],
    experiments: [
      experimentRecord({
        experiment: 'killed',
        startMs: 9_900,
        endMs: 12_000,
        facts: { 'point:order-1': 'It was late.' },
      }),
    ],
    selected: ['killed', 'settle'],
    ...change,
  });
}

test('one charge for each order passes, and so does none: that is another check’s', () => {
  expect(check.judge(run({ tables: [ledger({ reference: 'order-1' })] }))).toEqual([]);
  expect(check.judge(run({ tables: [ledger()] }))).toEqual([]);
});

test('CHARGED_TWICE tells who charged, when, and what had been done to the worker', () => {
  const tables = [
    ledger(
      { reference: 'order-1', caller: 'worker-2', atMs: 11_500 },
      { reference: 'order-1', caller: 'worker-1', atMs: 10_300 },
    ),
  ];
  const timeline = [
    { atMs: 10_400, event: 'fault', name: 'process-down', state: 'on' },
    { atMs: 2_000, event: 'fault', name: 'link-cut', state: 'on' },
  ] as const;
  expect(check.judge(run({ tables, timeline }))).toEqual([
    {
      code: 'CHARGED_TWICE',
      severity: 'failure',
      message:
        'Order order-1 over 12.50 was charged 2 times: by worker-1 at 10.30 s, by worker-2 1.20 s later. ' +
        'A worker was killed. It was late. See operation 7.',
      measured: { text: '2 charges', value: 2, unit: 'charges' },
      expected: { text: 'one charge', value: 1, unit: 'charges' },
      atMs: 11_500,
      refs: { experiment: 'killed', operations: [7], during: ['process-down'] },
    },
  ]);
});

test('an order without a clear answer may be charged once, and not twice', () => {
  const history = [order({ experiment: 'killed', outcome: 'unknown', status: 0 })];
  const twice = ledger({ reference: 'order-1' }, { reference: 'order-1', atMs: 11_000 });
  expect(check.judge(run({ history, tables: [twice] })).map(({ code }) => code)).toEqual(['CHARGED_TWICE']);
});

test('orders of the load count where they are asked for', () => {
  const tables = [ledger({ reference: 'order-1' }, { reference: 'load-9' }, { reference: 'load-9', atMs: 10_900 })];
  expect(check.judge(run({ tables }))).toEqual([]);
  const withLoad = chargedOnce({ ...facts, circumstances: {}, alsoLoad: true });
  expect(withLoad.judge(run({ tables })).map(({ code }) => code)).toEqual(['LOAD_CHARGED_TWICE']);
});

test('it needs the experiment that reads the ledger', () => {
  expect(check.experiments).toEqual(['killed', 'frozen', 'settle']);
});

test('a point that was never reached is said and decides nothing; where none was, the check cannot pass', () => {
  const missed = experimentRecord({ experiment: 'killed', reached: false, note: 'nobody came' });
  const tables = [ledger({ reference: 'order-1' })];
  const told = (change: Partial<Evidence>) =>
    check.judge(run({ tables, ...change })).map(({ code, severity }) => [code, severity]);
  const met = experimentRecord({ experiment: 'frozen' });
  const selected = ['killed', 'frozen', 'settle'];
  expect(told({ experiments: [missed, met], selected })).toEqual([['POINT_NOT_REACHED', 'note']]);
  expect(told({ experiments: [missed] })).toEqual([['POINT_NOT_REACHED', 'inconclusive']]);
});

test('without the provider’s ledger nothing can be judged; without the experiment nothing is asked', () => {
  expect(check.judge(run({})).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
  expect(check.judge(run({ selected: [] }))).toEqual([]);
});
