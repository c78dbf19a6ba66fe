import { ProblemError } from '../../platform/problem.ts';

/** The object store is away, too slow, or answers what it should not. It says nothing about the file that was meant. */
export function storeUnavailable(cause: unknown): ProblemError {
  return new ProblemError('STORE_UNAVAILABLE', { retryAfterSeconds: 1, cause });
}

/** What S3 answers about objects, not about itself. */
const ABSENT = new Set(['NoSuchKey', 'NotFound', 'NoSuchUpload']);

export function isAbsent(error: unknown): boolean {
  // Without its bucket the store is set up wrongly: that is nothing about an object.
  if (!(error instanceof Error) || error.name === 'NoSuchBucket') return false;
  return ABSENT.has(error.name) || statusOf(error) === 404;
}

/** The object is not the one that was asked for by its entity tag. */
export function isChanged(error: unknown): boolean {
  return error instanceof Error && (error.name === 'PreconditionFailed' || statusOf(error) === 412);
}

function statusOf(error: Error): number | undefined {
  if (!('$metadata' in error)) return undefined;
  return (error.$metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode;
}
