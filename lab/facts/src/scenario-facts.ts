import { type Proof, proofMatrix } from '@lab/judge';
import type { Scenario, VariantDeclaration } from '@lab/sdk';
import type { CheckFacts, MatrixFacts, MatrixRowFacts, ScenarioFacts } from './lab-facts.ts';

/** What else is worth a look, by check. */
export type Relations = Readonly<
  Record<string, { readonly faults?: readonly string[]; readonly metrics?: readonly string[] }>
>;

/** What the page of a scenario shows, from its declaration and its proof. */
export function scenarioFacts(scenario: Scenario, proof: Proof, relations: Relations): ScenarioFacts {
  const { id, family, title, level, minutes, lesson, story, stack, editable, startWith, hints } = scenario;
  return {
    id,
    page: `/scenarios/${id}/`,
    family,
    title,
    level,
    minutes,
    lesson,
    story: story.text,
    budgets: story.budgets,
    parts: stack.parts,
    replicas: Object.fromEntries(Object.entries(stack.replicas).filter(([, count]) => count > 0)),
    requestsPerSecond: scenario.workload.ratePerSecond,
    editable,
    startWith,
    hints,
    experiments: scenario.experiments.map((experiment) => ({ id: experiment.id, title: experiment.title })),
    checks: scenario.checks.map((check) => checkFacts(check, scenario, relations)),
    matrix: matrixFacts(scenario, proof),
  };
}

function checkFacts(check: Scenario['checks'][number], scenario: Scenario, relations: Relations): CheckFacts {
  const { id, title, points, lesson, experiments } = check;
  const codes = scenario.variants.flatMap((variant) => variant.killedBy[id] ?? []);
  const name = id.slice(scenario.id.length + 1);
  return {
    id,
    name,
    page: `/scenarios/${scenario.id}/#${name}`,
    title,
    points,
    lesson,
    experiments,
    codes: [...new Set(codes)].sort(),
    faults: relations[id]?.faults ?? [],
    metrics: relations[id]?.metrics ?? [],
  };
}

function matrixFacts(scenario: Scenario, proof: Proof): MatrixFacts {
  const { rows } = proofMatrix(scenario, proof);
  const variants = new Map<string, VariantDeclaration>(scenario.variants.map((variant) => [variant.name, variant]));
  const found = rows.map(({ variant, idleRuns, busyRuns, cells }) => ({
    variant,
    ...kindAndAbout(variants.get(variant)),
    runs: idleRuns + busyRuns,
    cells: cells.map(({ claims, failed, decided }) => ({ claims, failed, decided })),
  }));
  return { runs: found.reduce((sum, row) => sum + row.runs, 0), rows: found };
}

function kindAndAbout(variant: VariantDeclaration | undefined): Pick<MatrixRowFacts, 'kind' | 'about'> {
  if (variant === undefined) return { kind: 'reference', about: 'The service as it is when it works.' };
  const { name, about, cheat } = variant;
  if (name === 'broken') return { kind: 'broken', about };
  if (name.startsWith('solutions/')) return { kind: 'solution', about };
  return { kind: cheat === true ? 'cheat' : 'mutant', about };
}
