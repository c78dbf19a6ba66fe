import { UsageError } from '@lab/sdk';
import { chooseScenario } from '../choose-scenario.ts';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { flagOption } from '../read-options.ts';
import { suggest } from '../suggest.ts';
import { checkScenario } from './scenario-check.ts';
import { newScenario } from './scenario-new.ts';

const actions = ['new', 'check', 'refit'];

/** `lab scenario new|check|refit`: for authors. */
export async function scenario(context: Context, input: CommandInput): Promise<number> {
  const action = String(input.args[0]);
  switch (action) {
    case 'new':
      return await newScenario(context, input);
    case 'check':
      return await checkScenario(context, input);
    case 'refit':
      return await refit(context, input);
    default: {
      const meant = suggest(action, actions);
      throw new UsageError('E_ACTION', {
        message: `lab scenario has no action "${action}".`,
        hint: meant === null ? `it has ${actions.join(', ')}` : `Did you mean npx lab scenario ${meant}?`,
      });
    }
  }
}

async function refit(context: Context, input: CommandInput): Promise<number> {
  const { output, repoRoot } = context;
  const chosen = await chooseScenario(context, input.args[1]);
  const dryRun = flagOption(input, 'dryRun');
  const keepConflicts = flagOption(input, 'keepConflicts');
  const workspace = await context.services.workspace();
  const results = await workspace.refit({ repoRoot, scenario: chosen.id, dryRun, keepConflicts });
  if (dryRun) output.say('A dry run. Nothing is written; this is what would be done:');
  const open = results.filter(({ outcome }) => outcome === 'conflict' || outcome === 'unresolved');
  output.result({ schema: 'lab.scenario-refit/1', scenario: chosen.id, dryRun, results }, () => [
    workspace.describeRefit(results).replace(/\n$/, ''),
  ]);
  return open.length === 0 ? exitCode.done : exitCode.failed;
}
