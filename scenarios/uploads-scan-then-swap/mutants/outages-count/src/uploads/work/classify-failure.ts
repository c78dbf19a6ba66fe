import { databaseProblem } from '../../platform/database-errors.ts';

/** `outage`: the database is away. Whatever else goes wrong has to end at some time, so it counts. */
export type UploadFailure = 'outage' | 'counts';

export function classifyFailure(error: unknown): UploadFailure {
  return databaseProblem(error) ? 'outage' : 'counts';
}
