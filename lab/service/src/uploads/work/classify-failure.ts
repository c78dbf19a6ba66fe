import { databaseProblem } from '../../platform/database-errors.ts';
import { ProblemError } from '../../platform/problem.ts';
import { ScannerError } from '../scan/scanner.ts';

/** `outage`: the store, the scanner or the database is away. It says nothing about the file, so it does not count. */
export type UploadFailure = 'outage' | 'counts';

export function classifyFailure(error: unknown): UploadFailure {
  if (error instanceof ScannerError || databaseProblem(error)) return 'outage';
  return error instanceof ProblemError && error.status === 503 ? 'outage' : 'counts';
}
