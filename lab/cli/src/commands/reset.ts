import { UsageError } from '@lab/sdk';
import { ask } from '../ask.ts';
import { chooseScenario } from '../choose-scenario.ts';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { flagOption } from '../read-options.ts';

/** `lab reset`: the files as they were at the start. What was there is kept on a git ref. */
export async function reset(context: Context, input: CommandInput): Promise<number> {
  const { output, repoRoot } = context;
  const scenario = await chooseScenario(context, input.args[0]);
  if (!flagOption(input, 'yes') && !(await isConfirmed(context, scenario.id))) {
    output.result(
      { schema: 'lab.reset/1', scenario: scenario.id, reset: false, workspace: null, backupRef: null },
      () => ['Nothing was changed.'],
    );
    return exitCode.done;
  }
  const { resetWorkspace } = await context.services.workspace();
  const { dir, backupRef } = await resetWorkspace({ repoRoot, scenario });
  output.result({ schema: 'lab.reset/1', scenario: scenario.id, reset: true, workspace: dir, backupRef }, () => [
    `${dir} is as it was at the start.`,
    ...(backupRef === null ? [] : [`Your work is kept: git -C ${dir} checkout ${backupRef} -- .`]),
  ]);
  return exitCode.done;
}

async function isConfirmed(context: Context, id: string): Promise<boolean> {
  if (!context.interactive) {
    throw new UsageError('E_CONFIRM', {
      message: `This puts every file of ${id} back to the start, and nobody can be asked here.`,
      hint: `npx lab reset ${id} --yes`,
    });
  }
  const answer = await ask(context, `Put every file of ${id} back to the start? Your work is kept in a backup. [y/N] `);
  return /^y(es)?$/i.test(answer.trim());
}
