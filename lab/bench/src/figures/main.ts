import { constants } from 'node:fs';
import { access, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { EnvironmentError, UsageError } from '@lab/sdk';
import { type BenchDocument, isComplete } from '../report/document.ts';
import { parseOptions, usage } from '../report/options.ts';
import { renderTable } from '../report/table.ts';
import { runBench } from './run-bench.ts';

type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** All that the program touches of the process it runs in. */
export interface BenchIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** `process` is such a source. */
  readonly signals: {
    on(signal: StopSignal, listener: () => void): unknown;
    off(signal: StopSignal, listener: () => void): unknown;
  };
}

export const benchExit = {
  measured: 0,
  unmeasured: 1,
  usage: 64,
  environment: 69,
  internal: 70,
  interrupted: 130,
} as const;

/** `npm run bench`. Resolves to the exit code. */
export async function main(
  argv: readonly string[],
  io: BenchIo,
  place: { readonly repoRoot: string; readonly labDir: string },
): Promise<number> {
  const say = (line: string): void => void io.stderr.write(`${line}\n`);
  const stop = listenForStop(io.signals, say);
  try {
    const { json, help, wanted, out } = parseOptions(argv);
    if (help) {
      io.stdout.write(usage);
      return benchExit.measured;
    }
    const file = out === null ? null : resolve(io.cwd, out);
    if (file !== null) await assertWritable(file);
    const document = await runBench({ ...place, env: io.env, signal: stop.signal, wanted, say });
    const text = `${JSON.stringify(document, null, 2)}\n`;
    if (file !== null) await writeWhole(file, text);
    io.stdout.write(json ? text : `${renderTable(document)}\n`);
    return exitOf(document);
  } catch (error) {
    if (stop.signal.aborted) return benchExit.interrupted;
    return explain(error, say);
  } finally {
    stop.dispose();
  }
}

function exitOf(document: BenchDocument): number {
  return isComplete(document.rows) ? benchExit.measured : benchExit.unmeasured;
}

/** What failed first is told; what failed while cleaning up comes from it. */
export function explain(error: unknown, say: (line: string) => void): number {
  if (error instanceof SuppressedError) return explain(error.suppressed ?? error.error, say);
  if (error instanceof UsageError || error instanceof EnvironmentError) {
    say(error.message);
    if (error.hint !== undefined) say(`  Helps: ${error.hint}`);
    return error instanceof UsageError ? benchExit.usage : benchExit.environment;
  }
  say(`The bench has a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return benchExit.internal;
}

/** Before anything is measured: ten minutes are a long way to a typing slip. */
export async function assertWritable(file: string): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK);
  } catch (cause) {
    throw new UsageError('E_OPTION', {
      message: `--out ${file} cannot be written: no such folder, or not ours.`,
      cause,
    });
  }
}

export async function writeWhole(file: string, text: string): Promise<void> {
  const next = `${file}.${process.pid}`;
  await writeFile(next, text);
  await rename(next, file);
}

/** One signal ends the bench; more of them change nothing, since what was started has to be ended. */
export function listenForStop(
  signals: BenchIo['signals'],
  say: (line: string) => void,
): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const listeners = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    const listener = (): void => {
      if (controller.signal.aborted) return;
      say('Stopping. What was started is ended first, which takes a few seconds.');
      controller.abort(new Error(`Interrupted by ${signal}.`));
    };
    signals.on(signal, listener);
    return [signal, listener] as const;
  });
  return {
    signal: controller.signal,
    dispose() {
      for (const [signal, listener] of listeners) signals.off(signal, listener);
    },
  };
}
