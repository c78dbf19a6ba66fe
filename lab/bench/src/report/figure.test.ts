import { expect, test } from 'vitest';
import { emptyFigure, figure, unmeasured, withUnit } from './figure.ts';
import { atMost, timesFloor, within } from './goal.ts';

const start = { row: 'start-warm', of: 'stale-tea', unit: 's', how: 'npx lab start stale-tea' } as const;

test('a figure is held by its statistic, and keeps its samples', () => {
  const made = figure({ ...start, samples: [2.5, 2.1, 2.3], statistic: 'median', goal: timesFloor(2.5, 1) });
  expect(made).toMatchObject({ measured: 2.3, held: true, goal: '≤ 2.50 s (2.5 × floor)', limit: 2.5 });
  expect(made.samples).toEqual([2.5, 2.1, 2.3]);
  expect(made).not.toHaveProperty('note');
});

test('a figure over its goal is not held', () => {
  expect(figure({ ...start, samples: [3, 4, 5], statistic: 'median', goal: atMost(3.9) }).held).toBe(false);
  expect(figure({ ...start, samples: [1, 1, 5], statistic: 'max', goal: atMost(3.9) }).held).toBe(false);
});

test('a median that holds does not hide a sample that does not', () => {
  const made = figure({ ...start, samples: [1, 2, 9], statistic: 'median', goal: atMost(3), note: 'On foot.' });
  expect(made).toMatchObject({ held: true, note: 'On foot. The worst sample, 9.00 s, is over the goal.' });
});

test('a signed figure is held to both sides', () => {
  const load = { row: 'load-delivered', of: '', unit: '%', how: 'k6', statistic: 'single', goal: within(0.5) } as const;
  expect(figure({ ...load, samples: [-0.3] }).held).toBe(true);
  expect(figure({ ...load, samples: [-0.7] }).held).toBe(false);
});

test('without a goal nothing is held or missed', () => {
  expect(figure({ ...start, samples: [1], statistic: 'single' })).toMatchObject({
    goal: null,
    limit: null,
    held: null,
  });
});

test('no samples are a mistake of the caller', () => {
  expect(() => figure({ ...start, samples: [], statistic: 'median' })).toThrow(RangeError);
});

test('what was not measured says why; what is not there yet is no problem', () => {
  const missing = unmeasured({ row: 'check', of: '', how: 'npm run check', problem: 'It failed.' });
  expect(missing).toMatchObject({ measured: null, held: null, problem: 'It failed.' });
  const none = emptyFigure({ row: 'verdicts', of: 'stale-tea', unit: 'verdicts', how: 'proof.json', note: 'none' });
  expect(none).toMatchObject({ measured: null, note: 'none' });
  expect(none).not.toHaveProperty('problem');
});

test.each([
  [1.7149, 's', '1.71 s'],
  [43.26, 'ms', '43.3 ms'],
  [187.4, 'ms', '187 ms'],
  [402.4, 'MiB', '402 MiB'],
  [3, 'requests', '3 requests'],
] as const)('%d %s is shown as %s', (value, unit, shown) => {
  expect(withUnit(value, unit)).toBe(shown);
});
