import type { Sample } from '@lab/sdk';
import { expect, test } from 'vitest';
import { latest, moment, operationList, operationsOf, price, recordsOf, total } from './evidence-views.ts';
import { evidence, experimentRecord, operation } from './testing/evidence.ts';

test('operations are those of the experiments asked for, in the order in which they started', () => {
  const history = [
    operation({ id: 1, experiment: 'late-fill', startMs: 30 }),
    operation({ id: 2, startMs: 5 }),
    operation({ id: 3, experiment: 'plain-write', startMs: 10 }),
    operation({ id: 4, experiment: 'two-writers', startMs: 20 }),
  ];
  const found = operationsOf(evidence({ history }), ['late-fill', 'plain-write']);
  expect(found.map(({ id }) => id)).toEqual([3, 1]);
});

test('records are those of one experiment, in the order of its attempts', () => {
  const record = experimentRecord({ reached: false });
  const experiments = [
    { ...record, experiment: 'late-fill', attempt: 1 },
    { ...record, experiment: 'plain-write', attempt: 1 },
    { ...record, experiment: 'late-fill', attempt: 2 },
  ];
  expect(recordsOf(evidence({ experiments }), 'late-fill').map(({ attempt }) => attempt)).toEqual([1, 2]);
});

const samples: readonly Sample[] = [
  { atMs: 1, series: 'load.requests', value: 7, labels: { window: 'calm', name: 'detail' } },
  { atMs: 2, series: 'load.requests', value: 5, labels: { window: 'calm', name: 'list' } },
  { atMs: 3, series: 'load.requests', value: 90, labels: { window: 'storm', name: 'detail' } },
  { atMs: 4, series: 'load.failed', value: 1, labels: { window: 'calm', name: 'detail' } },
  { atMs: 5, series: 'load.requests', value: 1 },
];

test('a total is the sum of the series over every sample that has the labels', () => {
  expect(total(evidence({ samples }), 'load.requests', { window: 'calm' })).toBe(12);
  expect(total(evidence({ samples }), 'load.requests', { window: 'calm', name: 'search' })).toBe(0);
});

test('the latest value is the last sample that has the labels, and null when there is none', () => {
  expect(latest(evidence({ samples }), 'load.requests', { name: 'detail' })).toBe(90);
  expect(latest(evidence({ samples }), 'load.requests', { window: 'dawn' })).toBeNull();
});

test('moments are written in seconds and prices with two decimals', () => {
  expect([moment(8_312), moment(0)]).toEqual(['8.31 s', '0.00 s']);
  expect([price(1_299), price(5), price(null)]).toEqual(['12.99', '0.05', 'no price']);
});

test.each([
  [[], 'no operation'],
  [[118], 'operation 118'],
  [[118, 204], 'operations 118 and 204'],
  [[1, 2, 3, 4, 5], 'operations 1, 2, 3, 4 and 5'],
  [[1, 2, 3, 4, 5, 6, 7], 'operations 1, 2, 3, 4 and 5 and 2 more'],
])('operations %j are listed as "%s"', (ids, text) => {
  expect(operationList(ids)).toBe(text);
});
