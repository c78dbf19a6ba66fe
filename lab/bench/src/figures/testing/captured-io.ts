import type { BenchIo } from '../main.ts';

export interface CapturedIo extends BenchIo {
  /** All that was written so far. */
  out(): string;
  err(): string;
  /** As a Ctrl-C. */
  interrupt(): void;
}

/** An io that keeps what is written. */
export function captureIo(cwd: string, env: BenchIo['env'] = {}): CapturedIo {
  const written = { out: '', err: '' };
  const listeners = new Map<string, () => void>();
  const writer = (key: keyof typeof written) => ({
    write: (text: string) => {
      written[key] += text;
    },
  });
  return {
    stdout: writer('out'),
    stderr: writer('err'),
    env,
    cwd,
    signals: {
      on: (name, listener) => listeners.set(name, listener),
      off: (name) => listeners.delete(name),
    },
    out: () => written.out,
    err: () => written.err,
    interrupt: () => listeners.get('SIGINT')?.(),
  };
}
