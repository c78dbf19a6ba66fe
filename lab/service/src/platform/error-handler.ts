import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { databaseProblem } from './database-errors.ts';
import type { Log } from './logger.ts';
import { ProblemError, problemBody } from './problem.ts';
import { stateOf } from './request-context.ts';

/** Turns every error into a problem response; what is not known becomes a 500 that says nothing about the inside. */
export function errorHandler(log: Log): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const problem = toProblem(error);
    const { requestId } = stateOf(response);
    if (problem.status >= 500) {
      log.error({ requestId, code: problem.code, err: problem.cause ?? problem }, 'request failed');
    }
    // The time limit has answered already, or the answer broke off half way: there is nothing left to say.
    if (response.writableEnded) return;
    if (response.headersSent) {
      response.destroy();
      return;
    }
    sendProblem(response, problem);
  };
}

export function sendProblem(response: Response, problem: ProblemError): void {
  if (problem.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(problem.retryAfterSeconds));
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  response.removeHeader('ETag');
  response.setHeader('Cache-Control', 'no-store');
  response.status(problem.status).type('application/problem+json');
  response.send(JSON.stringify(problemBody(problem, stateOf(response).requestId)));
}

export const unknownRoute: RequestHandler = () => {
  throw new ProblemError('NOT_FOUND', { detail: 'There is no such route.' });
};

function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  return databaseProblem(error) ?? httpProblem(error) ?? new ProblemError('INTERNAL', { cause: error });
}

/** Errors that express and its body parser raise for requests they cannot read. */
function httpProblem(error: unknown): ProblemError | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  if (error.status < 400 || error.status > 499) return undefined;
  const type = 'type' in error ? error.type : undefined;
  if (type === 'entity.parse.failed') return new ProblemError('MALFORMED_JSON', { cause: error });
  if (error.status === 413)
    return new ProblemError('PAYLOAD_TOO_LARGE', { detail: 'The limit is 100 kB.', cause: error });
  if (error.status === 415) return new ProblemError('UNSUPPORTED_MEDIA_TYPE', { cause: error });
  return new ProblemError('INVALID_REQUEST', { cause: error });
}
