/** The exit codes of every command. */
export const exitCode = {
  done: 0,
  failed: 1,
  inconclusive: 2,
  usage: 64,
  environment: 69,
  internal: 70,
  interrupted: 130,
} as const;

/** Ends a command because the learner asked for it: Ctrl-C, SIGTERM, a closed terminal. */
export class Interrupted extends Error {
  constructor(signal: string) {
    super(`Interrupted by ${signal}.`);
    this.name = 'Interrupted';
  }
}

export interface DescribedError {
  readonly exitCode: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly location?: { readonly file: string; readonly line: number };
}

const exitCodeByName: Readonly<Record<string, number>> = {
  UsageError: exitCode.usage,
  EnvironmentError: exitCode.environment,
  SubmissionError: exitCode.failed,
  LabError: exitCode.inconclusive,
  Interrupted: exitCode.interrupted,
};

/**
 * The one place where an error becomes an exit code. Families are known by name, so that a command
 * that fails early loads nothing only to say so.
 */
export function describeError(error: unknown): DescribedError {
  // What failed first; what failed while cleaning up comes from it.
  if (error instanceof SuppressedError) return describeError(error.suppressed ?? error.error);
  if (!(error instanceof Error)) return internal(String(error));
  const known = exitCodeByName[error.name];
  if (known === undefined) return internal(error.message);
  const { code, hint, location } = error as Partial<DescribedError> & Error;
  return {
    exitCode: known,
    code: code ?? 'E_INTERRUPTED',
    message: error.message,
    ...(hint === undefined ? {} : { hint }),
    ...(location === undefined ? {} : { location }),
  };
}

function internal(message: string): DescribedError {
  return { exitCode: exitCode.internal, code: 'E_INTERNAL', message };
}
