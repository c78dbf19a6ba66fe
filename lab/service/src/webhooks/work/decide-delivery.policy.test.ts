import { expect, test } from 'vitest';
import type { Attempt } from '../sending/attempt.ts';
import { decideDelivery } from './decide-delivery.ts';

const policy = { attemptsMax: 4, backoff: { baseMs: 100, capMs: 1_000 }, random: () => 0.5 };
const answered = (status: number, retryAfterMs?: number): Attempt => {
  return { kind: 'answered', status, retryAfterMs, excerpt: null };
};
const silence: Attempt = { kind: 'unanswered', message: 'No answer.' };

test.each([200, 201, 202, 204, 299])('%i is success', (status) => {
  expect(decideDelivery(answered(status), 1, policy)).toEqual({ status: 'delivered' });
});

test.each([400, 401, 403, 404, 405, 413, 422])('%i is final: another attempt would get the same answer', (status) => {
  expect(decideDelivery(answered(status), 1, policy)).toEqual({ status: 'dead', reason: 'refused' });
});

test('410 says that the endpoint is gone', () => {
  expect(decideDelivery(answered(410), 1, policy)).toEqual({ status: 'dead', reason: 'gone' });
});

test.each([301, 302, 307, 408, 409, 425, 429, 500, 502, 503, 504, 599])('%i is tried again', (status) => {
  expect(decideDelivery(answered(status), 1, policy)).toEqual({ status: 'pending', inMs: 100, counted: true });
});

test('silence is tried again with growing pauses, and an error of ours too', () => {
  for (const attempt of [silence, { kind: 'broken', error: new Error('Ours.') } as const]) {
    const pauses = [1, 2, 3].map((number) => decideDelivery(attempt, number, policy));
    expect(pauses).toMatchObject([{ inMs: 100 }, { inMs: 200 }, { inMs: 400 }]);
  }
});

test('the last attempt is the last', () => {
  expect(decideDelivery(silence, 4, policy)).toEqual({ status: 'dead', reason: 'exhausted' });
  expect(decideDelivery(answered(204), 4, policy)).toEqual({ status: 'delivered' });
});

test('Retry-After is never undercut, and not followed for longer than an hour', () => {
  expect(decideDelivery(answered(429, 5_000), 1, policy)).toMatchObject({ inMs: 5_250 });
  expect(decideDelivery(answered(503, 7_200_000), 1, policy)).toMatchObject({ inMs: 3_600_250 });
  expect(decideDelivery(answered(503, 0), 3, policy)).toMatchObject({ inMs: 400 });
});

test('an attempt that was interrupted goes back at once and does not count, not even as the last', () => {
  const back = { status: 'pending', inMs: 0, counted: false };
  expect(decideDelivery({ kind: 'interrupted' }, 4, policy)).toEqual(back);
});
