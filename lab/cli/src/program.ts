import { Command } from 'commander';
import { type CommandSpec, commandName, commandTable } from './command-table.ts';
import type { CommandInput, CommandRun } from './context.ts';

export type Execute = (load: () => Promise<CommandRun>, input: CommandInput) => Promise<void>;

const globalOptions = [
  ['--json', 'print one JSON document'],
  ['--no-input', 'never ask'],
  ['--quiet', 'no progress'],
  ['--verbose', 'stack traces and more detail'],
] as const;

const exitCodeHelp = `
Exit codes: 0 passed or done, 1 failed or rejected, 2 inconclusive, 64 usage,
            69 environment not ready, 70 a bug of the lab, 130 interrupted`;

const defaultScenarioHelp = `
Where no scenario is named: the one that runs, else the first of lab list.`;

/** The command line. Nothing is written and nothing exits here: errors are thrown, text goes to `writeOut`. */
export function createProgram(options: { execute: Execute; writeOut(text: string): void; width: number }): Command {
  const { execute, writeOut, width } = options;
  const program = new Command('lab')
    .description('Take a failing service, fix its code, and be told by measurement whether the fix holds.')
    .usage('[command] [options]')
    .exitOverride()
    .configureOutput({
      writeOut,
      // The message is thrown too, and printed once, with its hint.
      writeErr: () => undefined,
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(width, 100),
    })
    .helpCommand('help [command]', 'help for a command')
    .addHelpText('after', exitCodeHelp)
    .action((given: Record<string, unknown>) =>
      execute(() => import('./commands/home.ts').then((module) => module.home), { args: [], options: given }),
    );
  addGlobalOptions(program);
  for (const spec of commandTable) addCommand(program, spec, execute);
  return program;
}

export const commandNames: readonly string[] = [...commandTable.map(commandName), 'help'];

function addCommand(program: Command, spec: CommandSpec, execute: Execute): void {
  const command = program.command(spec.usage).description(spec.summary);
  for (const [flags, about, times] of spec.options ?? []) {
    if (times === 'repeatable') command.option(flags, about, collected);
    else command.option(flags, about);
  }
  addGlobalOptions(command);
  if (spec.usage.includes('[scenario]')) command.addHelpText('after', defaultScenarioHelp);
  command.action((...given: unknown[]) =>
    execute(spec.load, { args: command.processedArgs, options: { ...program.opts(), ...lastOptions(given, command) } }),
  );
}

/** Each time takes one value: commander's own lists would swallow the arguments that follow. */
function collected(value: string, before: unknown): readonly string[] {
  return [...(Array.isArray(before) ? before.map(String) : []), value];
}

/** Global options stand before or after the command's name; a default must not undo what stood before. */
function lastOptions(_given: readonly unknown[], command: Command): Record<string, unknown> {
  const options = command.opts();
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => command.getOptionValueSource(name) !== 'default'),
  );
}

function addGlobalOptions(command: Command): void {
  for (const [flags, about] of globalOptions) command.option(flags, about);
}
