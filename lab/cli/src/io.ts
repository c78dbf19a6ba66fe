/** Where text goes. `process.stdout` and `process.stderr` are such outputs. */
export interface TextOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** `process` is such a source. */
export interface SignalSource {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  off(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
}

/** All that a command touches of the process it runs in, so that tests need no process. */
export interface Io {
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signals: SignalSource;
  /** Ends the process at once, on the second Ctrl-C. */
  exit(exitCode: number): void;
}

/** Fills in what the caller left out from the running process. The environment is never taken silently. */
export function completeIo(given: Partial<Io>): Io {
  return {
    stdout: given.stdout ?? process.stdout,
    stderr: given.stderr ?? process.stderr,
    stdin: given.stdin ?? process.stdin,
    env: given.env ?? {},
    cwd: given.cwd ?? process.cwd(),
    signals: given.signals ?? process,
    exit: given.exit ?? ((exitCode) => process.exit(exitCode)),
  };
}
