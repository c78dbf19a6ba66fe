import { join } from 'node:path';
import { UsageError } from '@lab/sdk';

/** A variant's name as the command line takes it; `reference` is the service itself. */
export type VariantName = 'reference' | 'broken' | `mutants/${string}` | `solutions/${string}`;

const scenarioPattern = /^[a-z][a-z0-9-]*$/;
const variantPattern = /^(?:reference|broken|(?:mutants|solutions)\/[a-z0-9][a-z0-9-]*)$/;

/** @throws UsageError `E_SCENARIO_NAME`: the id becomes a folder name, so nothing else is let through. */
export function assertScenarioId(scenario: string): void {
  if (scenarioPattern.test(scenario)) return;
  throw new UsageError('E_SCENARIO_NAME', {
    message: `"${scenario}" is not a scenario id: lower-case words joined by hyphens are.`,
    hint: 'npx lab list',
  });
}

/** @throws UsageError `E_VARIANT_NAME`. */
export function assertVariantName(variant: string): asserts variant is VariantName {
  if (variantPattern.test(variant)) return;
  throw new UsageError('E_VARIANT_NAME', {
    message: `"${variant}" is not a variant: use reference, broken, mutants/<name> or solutions/<name>.`,
    hint: 'npx lab list',
  });
}

export function serviceDir(repoRoot: string): string {
  return join(repoRoot, 'lab', 'service');
}

export function scenarioDir(repoRoot: string, scenario: string): string {
  assertScenarioId(scenario);
  return join(repoRoot, 'scenarios', scenario);
}

export function overlayDir(repoRoot: string, scenario: string, variant: VariantName): string {
  assertVariantName(variant);
  return join(scenarioDir(repoRoot, scenario), variant);
}

/** Where the learner's copy of a scenario lives. */
export function workspaceDir(repoRoot: string, scenario: string): string {
  assertScenarioId(scenario);
  return join(repoRoot, '.lab', 'workspace', scenario);
}

export function variantsDir(repoRoot: string, scenario: string): string {
  assertScenarioId(scenario);
  return join(repoRoot, '.lab', 'variants', scenario);
}
