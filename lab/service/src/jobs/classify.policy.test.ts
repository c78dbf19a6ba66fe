import { expect, test } from 'vitest';
import { CallError } from '../platform/call-error.ts';
import { UncertainCommitError } from '../platform/database-errors.ts';
import { ProblemError } from '../platform/problem.ts';
import { classify } from './classify.ts';

test.each([400, 401, 402, 403, 404, 410, 422])('an answer of %i is permanent', (status) => {
  expect(classify(new CallError('refused', { status }))).toEqual({ kind: 'permanent' });
});

test.each([408, 409, 425, 429, 500, 502, 503, 504])('an answer of %i is worth another attempt', (status) => {
  expect(classify(new CallError('refused', { status }))).toMatchObject({ kind: 'retryable' });
});

test('no answer at all is worth another attempt', () => {
  expect(classify(new CallError('no answer', {}))).toMatchObject({ kind: 'retryable' });
});

test('what the other side asks for is kept', () => {
  const error = new CallError('busy', { status: 429, retryAfterMs: 3_000 });
  expect(classify(error)).toEqual({ kind: 'retryable', retryAfterMs: 3_000 });
});

test.each([
  ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
  ['a lost answer to COMMIT', new UncertainCommitError()],
  ['a cache that cannot be blocked', new ProblemError('CACHE_UNAVAILABLE')],
])('%s is an outage of our own', (_name, error) => {
  expect(classify(error)).toEqual({ kind: 'own-outage' });
});

test.each([new TypeError('x is not a function'), new ProblemError('NOT_FOUND'), 'text'])(
  'what nobody expected is tried again, as often as any job: %s',
  (error) => expect(classify(error)).toEqual({ kind: 'retryable' }),
);
