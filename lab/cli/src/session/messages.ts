import type { SessionInfo } from './reporter.ts';

/** What `lab start --detach` asks of the process it starts. Holds no secret: arguments are seen by all. */
export interface SessionArgument {
  readonly repoRoot: string;
  readonly labDir: string;
  readonly scenario: string;
  readonly seed: number;
  readonly rate: number | null;
}

/** What a detached session tells the waiting `lab start`, until it stands. */
export type SessionMessage =
  | { readonly kind: 'begin' | 'note' | 'done' | 'say' | 'warn'; readonly text: string }
  | { readonly kind: 'failed' }
  /** It was asked to stop before it stood. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'ready'; readonly info: SessionInfo }
  | { readonly kind: 'error'; readonly error: ErrorFacts };

export interface ErrorFacts {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly hint?: string;
  readonly stack?: string;
}

/** An error as it crosses to another process: its family, code and hint survive. */
export function errorFacts(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { code, hint } = error as Error & { code?: unknown; hint?: unknown };
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof hint === 'string' ? { hint } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  };
}

export function errorFromFacts(facts: ErrorFacts): Error {
  return Object.assign(new Error(facts.message), facts);
}
