import { expect, test } from 'vitest';
import { atMost, below, describeGoal, holds, timesFloor, within } from './goal.ts';

test('a goal of at most holds at its limit, one of below does not', () => {
  expect(holds(atMost(5), 5)).toBe(true);
  expect(holds(atMost(5), 5.01)).toBe(false);
  expect(holds(below(200), 199.9)).toBe(true);
  expect(holds(below(200), 200)).toBe(false);
});

test('a goal of within holds to both sides', () => {
  expect(holds(within(0.5), -0.5)).toBe(true);
  expect(holds(within(0.5), 0.4)).toBe(true);
  expect(holds(within(0.5), -0.6)).toBe(false);
  expect(holds(within(0.5), 0.51)).toBe(false);
});

test('a goal by the floor says so, and there is none without a floor', () => {
  const goal = timesFloor(2.5, 2);
  expect(goal).toEqual({ kind: 'at-most', limit: 5, because: '2.5 × floor' });
  expect(describeGoal(goal ?? atMost(0), '5.00 s')).toBe('≤ 5.00 s (2.5 × floor)');
  expect(timesFloor(2.5, undefined)).toBeNull();
});
