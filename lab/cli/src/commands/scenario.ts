import { scenarioProblems, UsageError } from '@lab/sdk';
import { chooseScenario } from '../choose-scenario.ts';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { flagOption } from '../read-options.ts';
import { suggest } from '../suggest.ts';

const actions = ['check', 'refit', 'new'];

/** `lab scenario check|refit`: for authors. */
export async function scenario(context: Context, input: CommandInput): Promise<number> {
  const action = String(input.args[0]);
  switch (action) {
    case 'check':
      return await check(context, input.args[1]);
    case 'refit':
      return await refit(context, input);
    case 'new':
      throw new UsageError('E_NOT_YET', {
        message: 'lab scenario new is not there yet.',
        hint: 'copy the folder of a scenario that is near to yours',
      });
    default: {
      const meant = suggest(action, actions);
      throw new UsageError('E_ACTION', {
        message: `lab scenario has no action "${action}".`,
        hint: meant === null ? `it has ${actions.join(', ')}` : `Did you mean npx lab scenario ${meant}?`,
      });
    }
  }
}

async function check(context: Context, id: unknown): Promise<number> {
  const { output, repoRoot } = context;
  const chosen = await chooseScenario(context, id);
  const { overlayProblems, staleOverlays, listVariants } = await context.services.workspace();
  const declared = chosen.variants.map((variant) => variant.name);
  const onDisk = await listVariants(repoRoot, chosen.id);
  const stale = await staleOverlays(repoRoot, [chosen.id]);
  const problems = [
    ...scenarioProblems(chosen),
    ...onDisk.filter((name) => !declared.includes(name)).map((name) => `${name} has a folder and is not declared.`),
    ...declared.filter((name) => !onDisk.includes(name)).map((name) => `${name} is declared and has no folder.`),
    ...(await overlayProblems(repoRoot, [chosen.id])).map(String),
    ...stale.map(
      ({ variant, path, problem }) =>
        `${variant}/${path}: ${problem.replaceAll('-', ' ')}; run npx lab scenario refit ${chosen.id}.`,
    ),
  ];
  output.result({ schema: 'lab.scenario-check/1', scenario: chosen.id, problems }, () =>
    problems.length === 0
      ? [`${chosen.id} is sound.`]
      : problems.map((problem) => `${output.paint.red('✗')} ${problem}`),
  );
  return problems.length === 0 ? exitCode.done : exitCode.failed;
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
