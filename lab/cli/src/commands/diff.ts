import { chooseScenario } from '../choose-scenario.ts';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { flagOption } from '../read-options.ts';

/** `lab diff`: the learner's changes since the start. */
export async function diff(context: Context, input: CommandInput): Promise<number> {
  const { output, repoRoot } = context;
  const scenario = await chooseScenario(context, input.args[0]);
  const { workspaceDiff } = await context.services.workspace();
  const stat = flagOption(input, 'stat');
  const text = await workspaceDiff({ repoRoot, scenario, stat, color: output.color && !output.json });
  output.result({ schema: 'lab.diff/1', scenario: scenario.id, stat, diff: text }, () => [
    text === '' ? 'You have changed nothing yet.' : text.replace(/\n$/, ''),
  ]);
  return exitCode.done;
}
