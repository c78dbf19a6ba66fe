import type { CheckFacts, ScenarioFacts } from '@lab/facts';
import { type Explained, nothingRelated } from './explained.ts';

/** The story of a scenario, the budgets of a fix, and its checks. */
export function explainScenario({ id, title, page, story, budgets, lesson, checks }: ScenarioFacts): Explained {
  return {
    ...nothingRelated,
    kind: 'scenario',
    id,
    title,
    page,
    text: [...story, ...budgets.map((budget) => `Budget: ${budget}`)],
    lesson,
    checks: checks.map((check) => ({ id: check.id, title: check.title, lesson: check.lesson })),
  };
}

/** What a check is worth and what it looks at; what must hold is in its lesson. */
export function explainCheck(check: CheckFacts, { experiments }: ScenarioFacts): Explained {
  const { id, title, page, points, lesson, faults, metrics, codes } = check;
  const lookedAt = experiments.filter((experiment) => check.experiments.includes(experiment.id));
  return {
    ...nothingRelated,
    kind: 'check',
    id,
    title,
    page,
    text: [`Worth ${points} points of 100.`, ...lookedAt.map((experiment) => `It looks at: ${experiment.title}`)],
    lesson,
    faults,
    metrics,
    findings: codes,
  };
}
