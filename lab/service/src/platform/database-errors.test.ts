import pg from 'pg';
import { expect, test } from 'vitest';
import { databaseProblem, UncertainCommitError } from './database-errors.ts';

function serverError(code: string): pg.DatabaseError {
  const error = new pg.DatabaseError('text of the server', 0, 'error');
  return Object.assign(error, { code });
}

test.each([
  ['a lock that was not to be had', serverError('55P03'), 'RESOURCE_BUSY'],
  ['a deadlock', serverError('40P01'), 'RESOURCE_BUSY'],
  ['a statement over its time', serverError('57014'), 'TIMED_OUT'],
  ['a server that shuts down', serverError('57P01'), 'DATABASE_UNAVAILABLE'],
  ['too many connections', serverError('53300'), 'DATABASE_UNAVAILABLE'],
  ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'DATABASE_UNAVAILABLE'],
  ['a busy pool', new Error('timeout exceeded when trying to connect'), 'DATABASE_UNAVAILABLE'],
  ['a broken connection', new Error('Connection terminated unexpectedly'), 'DATABASE_UNAVAILABLE'],
  ['a silent server', new Error('Query read timeout'), 'DATABASE_UNAVAILABLE'],
  ['a lost answer to COMMIT', new UncertainCommitError(), 'OUTCOME_UNKNOWN'],
])('%s becomes %3$s and may be tried again', (_name, error, code) => {
  expect(databaseProblem(error)).toMatchObject({ code, status: 503, retryAfterSeconds: 1 });
});

test('a violated constraint is our bug, and so is any other error', () => {
  expect(databaseProblem(serverError('23505'))).toBeUndefined();
  expect(databaseProblem(new TypeError('x is not a function'))).toBeUndefined();
});
