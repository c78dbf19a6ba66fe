import { expect, test } from 'vitest';
import { growthPercent } from './growth.ts';

test('what grows to a level and stays there does not grow', () => {
  expect(growthPercent([50, 80, 99, 100, 100, 100, 100, 100, 100])).toBe(0);
});

test('a leak is seen, and a heap that becomes smaller is below zero', () => {
  expect(growthPercent([100, 100, 100, 110, 120, 130, 140, 150, 160])).toBe(25);
  expect(growthPercent([100, 100, 50])).toBe(-50);
});

test('two readings say nothing', () => {
  expect(() => growthPercent([100, 100])).toThrow('three readings');
});
