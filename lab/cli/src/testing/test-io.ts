import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Io, SignalSource } from '../io.ts';

export interface TestIo extends Io {
  /** All that was written so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Sends a signal to the command under test. */
  readonly send: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void;
  readonly exits: number[];
  readonly input: PassThrough;
}

/** An `Io` that keeps what is written. */
export function createTestIo(
  options: { isTTY?: boolean; env?: Record<string, string>; columns?: number } = {},
): TestIo {
  const { isTTY = false, env = {}, columns = 100 } = options;
  const written = { out: '', err: '' };
  const signals = new EventEmitter();
  const exits: number[] = [];
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = (key: 'out' | 'err') => ({
    isTTY,
    columns,
    write: (text: string) => {
      written[key] += text;
    },
  });
  return {
    stdout: output('out'),
    stderr: output('err'),
    stdin: input,
    input,
    env,
    cwd: '/nowhere',
    signals: signals as SignalSource,
    exit: (code) => exits.push(code),
    exits,
    out: () => written.out,
    err: () => written.err,
    send: (signal) => signals.emit(signal, signal),
  };
}
