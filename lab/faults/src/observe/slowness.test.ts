import { expect, test } from 'vitest';
import type { Observed } from './observe.ts';
import { isSlow, limitFor } from './slowness.ts';

const answered = (answerMs: number): Observed => ({
  outcome: 'answered',
  answerMs,
  bytes: 1,
  pieces: 1,
  head: '+',
  goodbyeMs: null,
});
const without = (outcome: Observed['outcome']): Observed => ({ ...answered(0), outcome, answerMs: null, bytes: 0 });

test.each([
  ['an answer at the limit', answered(200), true],
  ['an answer before it', answered(199), false],
  ['no answer in time', without('silent'), true],
  ['a connection that was refused', without('refused'), false],
  ['a connection that was reset', without('reset'), false],
])('%s is slow: %j', (_what, observed, expected) => {
  expect(isSlow(observed, 200).seen).toBe(expected);
});

test('nobody waits longer than two seconds to see that an answer takes a minute', () => {
  expect(limitFor(60_000)).toBe(2_000);
  expect(isSlow(without('silent'), 60_000)).toEqual({ seen: true, measured: 'no whole answer within 2000 ms' });
});
