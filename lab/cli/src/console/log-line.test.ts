import { expect, test } from 'vitest';
import { createLogSampler, logLine } from './log-line.ts';

test('a line of the logger keeps its level, its words and what it names', () => {
  expect(logLine('api-1', '{"level":50,"time":1,"msg":"Failed","route":"/books"}')).toEqual({
    level: 'error',
    source: 'api-1',
    text: 'Failed {"route":"/books"}',
  });
  expect(logLine('api-1', '{"level":"warn","message":"Slow"}')).toMatchObject({ level: 'warn', text: 'Slow' });
  expect(logLine('api-1', '{"level":30,"msg":"Up"}')).toMatchObject({ level: 'info' });
});

test('what is no JSON was printed by a crash', () => {
  expect(logLine('api-1', 'TypeError: x')).toEqual({ level: 'error', source: 'api-1', text: 'TypeError: x' });
  expect(logLine('api-1', '  ')).toBeNull();
});

test('a flood is cut to so many lines a second, and the next one tells how many are missing', () => {
  const sampler = createLogSampler(2);
  expect([0, 1, 2, 3].map((ms) => sampler(ms).pass)).toEqual([true, true, false, false]);
  expect(sampler(1_000)).toEqual({ pass: true, left: 2 });
  expect(sampler(1_001)).toEqual({ pass: true, left: 0 });
});
