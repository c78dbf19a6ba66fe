import { type Scenario, UsageError } from '@lab/sdk';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { whatMustHold } from '../lesson-section.ts';
import { suggest } from '../suggest.ts';

/** `lab explain`: the story and budgets of a scenario, or what one of its checks looks at. */
export async function explain(context: Context, input: CommandInput): Promise<number> {
  const subject = String(input.args[0]);
  const { listScenarioIds, loadScenario } = await context.services.scenarios();
  const scenarios = await Promise.all(listScenarioIds().map(loadScenario));
  const found = await findSubject(context, scenarios, subject);
  if (found === null) {
    const names = scenarios.flatMap((scenario) => [scenario.id, ...scenario.checks.map((check) => check.id)]);
    const meant = suggest(subject, names);
    throw new UsageError('E_SUBJECT_UNKNOWN', {
      message: `Nothing is called "${subject}".`,
      hint: meant === null ? 'npx lab list' : `Did you mean ${meant}?`,
    });
  }
  context.output.result({ schema: 'lab.explain/1', ...found }, () => [
    context.output.paint.bold(found.title),
    '',
    ...found.text.flatMap((paragraph) => [paragraph, '']),
    `Lesson: ${found.lesson}`,
  ]);
  return exitCode.done;
}

interface Explained {
  readonly kind: 'scenario' | 'check';
  readonly id: string;
  readonly title: string;
  readonly text: readonly string[];
  readonly lesson: string;
}

async function findSubject(
  context: Context,
  scenarios: readonly Scenario[],
  subject: string,
): Promise<Explained | null> {
  for (const scenario of scenarios) {
    if (scenario.id === subject) return explainScenario(scenario);
    const check = scenario.checks.find(({ id }) => id === subject || id === `${scenario.id}/${subject}`);
    if (check === undefined) continue;
    const experiments = scenario.experiments.filter(({ id }) => check.experiments.includes(id));
    return {
      kind: 'check',
      id: check.id,
      title: check.title,
      text: [
        ...(await whatMustHold(context.repoRoot, check.lesson)),
        `Worth ${check.points} points of 100.`,
        ...experiments.map(({ title }) => `It looks at: ${title}`),
      ],
      lesson: check.lesson,
    };
  }
  return null;
}

function explainScenario(scenario: Scenario): Explained {
  const { id, title, story, lesson } = scenario;
  return {
    kind: 'scenario',
    id,
    title,
    text: [...story.text, ...story.budgets.map((budget) => `Budget: ${budget}`)],
    lesson,
  };
}
