import type { Io } from './io.ts';
import type { Output } from './output/output.ts';
import type { Services } from './services.ts';

/** What every command is handed. */
export interface Context {
  readonly io: Io;
  readonly output: Output;
  readonly services: Services;
  readonly repoRoot: string;
  /** `.lab` of this checkout. */
  readonly labDir: string;
  /** Aborted with an `Interrupted` on Ctrl-C, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal;
  /** A person sits at a terminal and may be asked. */
  readonly interactive: boolean;
  readonly verbose: boolean;
}

export interface CommandInput {
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Resolves to the exit code. */
export type CommandRun = (context: Context, input: CommandInput) => Promise<number>;
