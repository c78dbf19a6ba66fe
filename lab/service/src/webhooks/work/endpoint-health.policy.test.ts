import { expect, test } from 'vitest';
import type { Attempt } from '../sending/attempt.ts';
import { decideDelivery } from './decide-delivery.ts';
import { afterAttempt, type EndpointHealth } from './endpoint-health.ts';

const policy = {
  attemptsMax: 100,
  backoff: { baseMs: 100, capMs: 1_000 },
  breakerFailures: 3,
  breakerPeriodMs: 1_000,
  suspendFailures: 10,
  random: () => 0.5,
};
const answered = (status: number, retryAfterMs?: number): Attempt => {
  return { kind: 'answered', status, retryAfterMs, excerpt: null };
};
const silence: Attempt = { kind: 'unanswered', message: 'No answer.' };
const [success, error] = [answered(204), answered(500)];

function after(consecutiveFailures: number, attempt: Attempt, status: EndpointHealth['status'] = 'active') {
  const fate = decideDelivery(attempt, 1, policy);
  return afterAttempt({ status, consecutiveFailures }, { attempt, fate }, policy);
}

test('few failures change nothing but the count', () => {
  const expected = { consecutiveFailures: 2, newStatus: undefined, pauseMs: 0, comesBack: false };
  expect(after(1, error)).toEqual(expected);
  expect(after(1, silence)).toEqual(expected);
});

test('failures in a row open the breaker for a period and up to 30 % more, again with each that follows', () => {
  expect(after(2, error)).toMatchObject({ consecutiveFailures: 3, pauseMs: 1_150 });
  expect(after(7, silence)).toMatchObject({ consecutiveFailures: 8, pauseMs: 1_150 });
});

test('a success ends the failures; that of an endpoint that was down brings it back slowly', () => {
  const expected = { consecutiveFailures: 0, newStatus: undefined, pauseMs: 0 };
  expect(after(2, success)).toEqual({ ...expected, comesBack: false });
  expect(after(3, success)).toEqual({ ...expected, comesBack: true });
});

test('the tenth failure in a row suspends the endpoint, the ninth does not', () => {
  expect(after(8, error)?.newStatus).toBeUndefined();
  expect(after(9, error)?.newStatus).toEqual({ status: 'suspended', reason: 'failures' });
});

test('refusals count for suspension, and do not open the breaker: who refuses is up', () => {
  expect(after(5, answered(404))).toMatchObject({ consecutiveFailures: 6, pauseMs: 0 });
  expect(after(9, answered(404))?.newStatus).toEqual({ status: 'suspended', reason: 'failures' });
});

test('an endpoint that is gone is disabled at once', () => {
  expect(after(0, answered(410))?.newStatus).toEqual({ status: 'disabled', reason: 'gone' });
});

test('what an administrator has decided stays, whatever still comes in', () => {
  expect(after(9, error, 'suspended')).toMatchObject({ consecutiveFailures: 10, newStatus: undefined });
  expect(after(9, answered(410), 'disabled')?.newStatus).toBeUndefined();
});

test.each([429, 502, 504])('%i slows the endpoint down for as long as the delivery waits', (status) => {
  expect(after(0, answered(status))).toMatchObject({ pauseMs: 100 });
});

test('so does a Retry-After, also for longer than the breaker', () => {
  expect(after(0, answered(503, 2_000))).toMatchObject({ pauseMs: 2_250 });
  expect(after(5, answered(503, 9_000))).toMatchObject({ pauseMs: 9_250 });
  expect(after(0, answered(503))).toMatchObject({ pauseMs: 0 });
});

test('an error of ours and an interruption say nothing about the endpoint', () => {
  expect(after(9, { kind: 'broken', error: new Error('Ours.') })).toBeUndefined();
  expect(after(9, { kind: 'interrupted' })).toBeUndefined();
});
