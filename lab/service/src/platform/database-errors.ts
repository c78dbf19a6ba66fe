import pg from 'pg';
import { ProblemError } from './problem.ts';

/** COMMIT was sent and no answer came: the change may be durable or not. */
export class UncertainCommitError extends Error {
  override readonly name = 'UncertainCommitError';

  constructor(options?: ErrorOptions) {
    super('The answer to COMMIT was lost.', options);
  }
}

const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK_DETECTED = '40P01';
const SERIALIZATION_FAILURE = '40001';
const QUERY_CANCELED = '57014';
/** Connection exceptions (08), too many connections (53300), server shutting down or starting (57P). */
const UNAVAILABLE = /^(?:08|57P|53300)/;
const NETWORK_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);
/** node-postgres gives these no code. */
const CLIENT_MESSAGES =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|not queryable/;

/** What the caller of the API is told about a database error; undefined when it is our bug. */
export function databaseProblem(error: unknown): ProblemError | undefined {
  if (error instanceof UncertainCommitError) {
    return new ProblemError('OUTCOME_UNKNOWN', { retryAfterSeconds: 1, cause: error });
  }
  if (error instanceof pg.DatabaseError) return serverProblem(error);
  return error instanceof Error && isConnectionError(error) ? unavailable(error) : undefined;
}

function serverProblem(error: pg.DatabaseError): ProblemError | undefined {
  const { code = '' } = error;
  if ([LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED, SERIALIZATION_FAILURE].includes(code)) {
    return new ProblemError('RESOURCE_BUSY', { retryAfterSeconds: 1, cause: error });
  }
  if (code === QUERY_CANCELED) return new ProblemError('TIMED_OUT', { retryAfterSeconds: 1, cause: error });
  return UNAVAILABLE.test(code) ? unavailable(error) : undefined;
}

function isConnectionError(error: Error): boolean {
  return ('code' in error && NETWORK_ERRORS.has(String(error.code))) || CLIENT_MESSAGES.test(error.message);
}

function unavailable(cause: unknown): ProblemError {
  return new ProblemError('DATABASE_UNAVAILABLE', { retryAfterSeconds: 1, cause });
}
