import { expect, test } from 'vitest';
import { addUp, describeMemory, largestOf, totalMiB } from './memory.ts';

const first = addUp([
  ['api-1', 90 * 1_024],
  ['postgres', 60 * 1_024],
  ['postgres', 65 * 1_024],
  ['worker-1', 80 * 1_024],
]);
const second = addUp([
  ['api-1', 95 * 1_024],
  ['api-2', 70 * 1_024],
]);

test('the processes of a part are added up, and told with the largest first', () => {
  expect(totalMiB(first)).toBe(295);
  expect(describeMemory(first)).toBe('postgres 125, api-1 90, worker-1 80 MiB.');
});

test('each process of a program counts with its largest reading', () => {
  expect(largestOf('api', [first, second])).toEqual([95, 70]);
  expect(largestOf('worker', [first, second])).toEqual([80]);
  expect(largestOf('worker', [second])).toEqual([]);
});
