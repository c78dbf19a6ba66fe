import { type Scenario, scenarioProblems } from '@lab/sdk';
import { chooseScenario } from '../choose-scenario.ts';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { scenarioNotes } from '../scenario-kit/scenario-notes.ts';

/** `lab scenario check`: what is wrong with a scenario, and what it lacks. Only what is wrong makes it fail. */
export async function checkScenario(context: Context, input: CommandInput): Promise<number> {
  const { output, repoRoot } = context;
  const chosen = await chooseScenario(context, input.args[1]);
  const problems = [...scenarioProblems(chosen), ...(await variantProblems(context, chosen))];
  const notes = await scenarioNotes(repoRoot, chosen);
  output.result({ schema: 'lab.scenario-check/1', scenario: chosen.id, problems, notes }, () => [
    ...(problems.length === 0 ? [`${chosen.id} is sound.`] : []),
    ...problems.map((problem) => `${output.paint.red('✗')} ${problem}`),
    ...(notes.length === 0 ? [] : ['Still to do:']),
    ...notes.map((note) => `· ${note}`),
  ]);
  return problems.length === 0 ? exitCode.done : exitCode.failed;
}

async function variantProblems(context: Context, { id, variants }: Scenario): Promise<readonly string[]> {
  const { repoRoot } = context;
  const { overlayProblems, staleOverlays, listVariants } = await context.services.workspace();
  const declared = variants.map((variant) => variant.name);
  const onDisk = await listVariants(repoRoot, id);
  const stale = await staleOverlays(repoRoot, [id]);
  return [
    ...onDisk.filter((name) => !declared.includes(name)).map((name) => `${name} has a folder and is not declared.`),
    ...declared.filter((name) => !onDisk.includes(name)).map((name) => `${name} is declared and has no folder.`),
    ...(await overlayProblems(repoRoot, [id])).map(String),
    ...stale.map(
      ({ variant, path, problem }) =>
        `${variant}/${path}: ${problem.replaceAll('-', ' ')}; run npx lab scenario refit ${id}.`,
    ),
  ];
}
