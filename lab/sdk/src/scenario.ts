import type { Check } from './check.ts';
import type { Experiment, ExperimentHandle } from './handle.ts';
import type { StackSpec } from './stack.ts';
import { stackProblems } from './stack-problems.ts';
import type { VariantDeclaration } from './variant.ts';

export interface WorkloadSpec {
  /** k6 script below the scenario's folder. */
  readonly script: string;
  /** Planned requests per second to the service, all kinds together. */
  readonly ratePerSecond: number;
  /** Planned requests per second to the lab's echo server. */
  readonly echoRatePerSecond: number;
  /** Runs once before the load starts; what it returns becomes k6's `__ENV`. */
  readonly prepare: (handle: ExperimentHandle) => Promise<Readonly<Record<string, string>>>;
}

export interface ScenarioStory {
  /** What the pager, a customer or a colleague says; never the cause. Paragraphs. */
  readonly text: readonly string[];
  /** Budgets the fix must keep, each one sentence with figures. */
  readonly budgets: readonly string[];
}

/** One exercise. Declared, never executed by itself. */
export interface Scenario {
  readonly id: string;
  readonly family: 'migrations' | 'cache' | 'limits' | 'jobs' | 'uploads';
  readonly title: string;
  readonly level: 'starter' | 'standard' | 'hard';
  /** Minutes an able learner needs. */
  readonly minutes: number;
  /** Lesson path, `lessons/<topic>`. */
  readonly lesson: string;
  readonly story: ScenarioStory;
  readonly stack: StackSpec;
  /** Globs, relative to the workspace, of the files a submission may change or add. */
  readonly editable: readonly string[];
  /** Files a learner reads first. */
  readonly startWith: readonly string[];
  readonly workload: WorkloadSpec;
  readonly experiments: readonly Experiment[];
  readonly checks: readonly Check[];
  /** Rungs, from a nudge to nearly the answer. */
  readonly hints: readonly string[];
  readonly variants: readonly VariantDeclaration[];
}

function duplicates(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

/** What is wrong with a declaration, each a sentence for its author. Empty when it is sound. */
export function scenarioProblems(scenario: Scenario): readonly string[] {
  const problems: string[] = [];
  const experimentIds = scenario.experiments.map((experiment) => experiment.id);
  const checkIds = scenario.checks.map((check) => check.id);
  const points = scenario.checks.reduce((sum, check) => sum + check.points, 0);
  if (!/^[a-z][a-z0-9-]+$/.test(scenario.id)) problems.push(`id "${scenario.id}" is not kebab-case.`);
  if (points !== 100) problems.push(`the checks' points add up to ${points}, not to 100.`);
  problems.push(...stackProblems(scenario.stack));
  for (const id of duplicates(experimentIds)) problems.push(`experiment "${id}" is declared twice.`);
  for (const id of duplicates(checkIds)) problems.push(`check "${id}" is declared twice.`);
  for (const name of duplicates(scenario.variants.map((variant) => variant.name))) {
    problems.push(`variant "${name}" is declared twice.`);
  }
  for (const check of scenario.checks) {
    if (!check.id.startsWith(`${scenario.id}/`))
      problems.push(`check "${check.id}" does not begin with "${scenario.id}/".`);
    for (const needed of check.experiments) {
      if (!experimentIds.includes(needed))
        problems.push(`check "${check.id}" needs experiment "${needed}", which does not exist.`);
    }
  }
  for (const variant of scenario.variants) {
    for (const id of Object.keys(variant.killedBy)) {
      if (!checkIds.includes(id))
        problems.push(`variant "${variant.name}" is claimed by check "${id}", which does not exist.`);
    }
    const isSolution = variant.name.startsWith('solutions/');
    if (isSolution !== (Object.keys(variant.killedBy).length === 0)) {
      problems.push(
        isSolution
          ? `solution "${variant.name}" is claimed by a check.`
          : `variant "${variant.name}" is claimed by no check.`,
      );
    }
  }
  if (!scenario.variants.some((variant) => variant.name === 'broken')) problems.push('there is no variant "broken".');
  return problems;
}

/** Declares a scenario; throws at once, naming every problem, when the declaration is unsound. */
export function defineScenario(scenario: Scenario): Scenario {
  const problems = scenarioProblems(scenario);
  if (problems.length > 0) {
    throw new TypeError(`Scenario "${scenario.id}" is not sound:\n- ${problems.join('\n- ')}`);
  }
  return Object.freeze(scenario);
}
