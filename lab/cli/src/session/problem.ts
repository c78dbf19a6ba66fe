import { errorMessage, errorPlace } from './error-place.ts';

/** What is wrong with the learner's code right now, for the status line and the report. */
export interface CodeProblem {
  readonly replica: string | null;
  readonly code: string;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
}

/** Of a `SubmissionError`; anything else is no problem of the learner's and is thrown again. */
export function problemOfRejection(error: unknown, replica: string | null): CodeProblem {
  if (!(error instanceof Error) || error.name !== 'SubmissionError') throw error;
  const { code, location } = error as Error & { code: string; location?: { file: string; line: number } };
  return { replica, code, message: error.message, file: location?.file ?? null, line: location?.line ?? null };
}

/** Of a replica that ended while it served. */
export function problemOfExit(
  exit: {
    readonly part: string;
    readonly exitCode: number | null;
    readonly signal: string | null;
    readonly tail: readonly string[];
  },
  codeDir: string | null,
): CodeProblem {
  const place = codeDir === null ? null : errorPlace(exit.tail, codeDir);
  const ended = exit.exitCode === null ? `was ended by ${exit.signal}` : `ended with exit code ${exit.exitCode}`;
  const said = errorMessage(exit.tail);
  return {
    replica: exit.part,
    code: 'E_REPLICA_ENDED',
    message: said === null ? `The process ${ended}.` : `The process ${ended}: ${said}`,
    file: place?.file ?? null,
    line: place?.line ?? null,
  };
}

/** `src/books/read-book.ts:12: message`, in one line: the rest is in the log of the replica. */
export function describeProblem(problem: CodeProblem): string {
  const place = problem.file === null ? '' : `${problem.file}:${problem.line}: `;
  return `${place}${problem.message.split('\n', 1)[0] ?? ''}`;
}
