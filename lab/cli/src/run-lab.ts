import type { Context } from './context.ts';
import { exitCode, Interrupted } from './exit-codes.ts';
import type { Io } from './io.ts';
import { createOutput } from './output/output.ts';
import { commandNames, createProgram } from './program.ts';
import { reportError } from './report-error.ts';
import { type Services, services } from './services.ts';
import { listenForStop } from './stop-signals.ts';
import { suggest } from './suggest.ts';

interface Place {
  readonly repoRoot: string;
  readonly labDir: string;
  readonly services?: Services;
}

/** Parses the command line, runs the one command and turns whatever happens into an exit code. */
export async function runLab(argv: readonly string[], io: Io, place: Place): Promise<number> {
  let exit: number = exitCode.done;
  const program = createProgram({
    writeOut: (text) => io.stdout.write(text),
    width: io.stdout.columns ?? 80,
    execute: async (load, input) => {
      exit = await inContext(io, { ...place, options: input.options }, async (context) =>
        (await load())(context, input),
      );
    },
  });
  try {
    refuseUnknownCommand(argv);
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (error) {
    if (isShownHelp(error)) return exitCode.done;
    const output = createOutput(io, { json: argv.includes('--json'), quiet: false });
    return await reportError(asUsage(error), { output, labDir: place.labDir, verbose: argv.includes('--verbose') });
  }
}

async function inContext(
  io: Io,
  options: Place & { options: Readonly<Record<string, unknown>> },
  action: (context: Context) => Promise<number>,
): Promise<number> {
  const given = options.options;
  const output = createOutput(io, { json: given['json'] === true, quiet: given['quiet'] === true });
  const stop = listenForStop(io, output);
  const context: Context = {
    io,
    output,
    services: options.services ?? services,
    repoRoot: options.repoRoot,
    labDir: options.labDir,
    signal: stop.signal,
    interactive: given['input'] !== false && io.stdin.isTTY === true && io.stderr.isTTY === true,
    verbose: given['verbose'] === true,
  };
  try {
    const exit = await action(context);
    return stop.signal.aborted ? exitCode.interrupted : exit;
  } catch (error) {
    // What fails because it was told to stop is no failure of its own.
    const reason: unknown = stop.signal.aborted ? stop.signal.reason : error;
    if (reason instanceof Interrupted) return exitCode.interrupted;
    return await reportError(reason, { output, labDir: options.labDir, verbose: context.verbose });
  } finally {
    stop.dispose();
  }
}

function refuseUnknownCommand(argv: readonly string[]): void {
  const given = argv.find((argument) => !argument.startsWith('-'));
  if (given === undefined || commandNames.includes(given)) return;
  const meant = suggest(given, commandNames);
  throw usage(`There is no command "${given}".`, meant === null ? 'npx lab --help' : `Did you mean npx lab ${meant}?`);
}

function isShownHelp(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 'commander.helpDisplayed' || code === 'commander.help' || code === 'commander.version';
}

/** Commander's own errors are all about how it was called. */
function asUsage(error: unknown): unknown {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code !== 'string' || !code.startsWith('commander.')) return error;
  const [said = '', hint] = (message ?? '').replace(/^error: /, '').split('\n');
  const sentence = `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
  return usage(sentence, hint === undefined ? 'npx lab --help' : hint.replace(/^\((.*)\)$/, '$1'));
}

/** Shaped as the SDK's error: loading the SDK for a typing slip would cost more than the answer. */
function usage(message: string, hint: string): Error {
  return Object.assign(new Error(message), { name: 'UsageError', code: 'E_USAGE', hint });
}
