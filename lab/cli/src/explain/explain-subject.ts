import type { LabFacts, ScenarioFacts } from '@lab/facts';
import { explainError, explainFinding, explainProblem } from './explain-code.ts';
import { explainFault } from './explain-fault.ts';
import { explainMetric } from './explain-metric.ts';
import { explainCheck, explainScenario } from './explain-scenario.ts';
import type { Explained, RelatedCheck } from './explained.ts';

/** How Prometheus calls the series of a histogram. */
const seriesEnds = ['_bucket', '_sum', '_count'];

/** A scenario, or a check of one, by its id in upper or lower case; null where none is called so. */
export function explainExercise(scenarios: readonly ScenarioFacts[], subject: string): Explained | null {
  const isIt = named(subject);
  const scenario = scenarios.find(({ id }) => isIt(id));
  if (scenario !== undefined) return explainScenario(scenario);
  for (const owner of scenarios) {
    // The second half of its id is enough; the first scenario that has it is meant.
    const check = owner.checks.find(({ id, name }) => isIt(id) || isIt(name));
    if (check !== undefined) return explainCheck(check, owner);
  }
  return null;
}

/** Everything else that has an id: a fault, a metric, a code. */
export function explainOther(facts: LabFacts, subject: string): Explained | null {
  const isIt = named(subject);
  const { faults, metrics, findings, problems, labErrors } = facts;
  const checksOf = (ids: readonly string[]) => related(facts, ids);
  const fault = faults.find(({ id }) => isIt(id));
  if (fault !== undefined) return explainFault(fault, checksOf(fault.checks));
  const metric = metrics.find(({ name }) => isIt(name)) ?? histogramOf(facts, isIt);
  if (metric !== undefined) return explainMetric(metric, checksOf(metric.checks));
  const finding = findings.find(({ code }) => isIt(code));
  if (finding !== undefined) return explainFinding(finding, checksOf(finding.checks));
  const problem = problems.find(({ code }) => isIt(code));
  if (problem !== undefined) return explainProblem(problem);
  const labError = labErrors.find(({ code }) => isIt(code));
  return labError === undefined ? null : explainError(labError);
}

/** Every name that can be asked for. */
export function subjectNames({ scenarios, faults, metrics, findings, problems, labErrors }: LabFacts): string[] {
  return [
    ...scenarios.flatMap((scenario) => [scenario.id, ...scenario.checks.map(({ id }) => id)]),
    ...faults.map(({ id }) => id),
    ...metrics.map(({ name }) => name),
    ...[...findings, ...problems, ...labErrors].map(({ code }) => code),
  ];
}

function named(subject: string): (id: string) => boolean {
  const wanted = subject.toLowerCase();
  return (id) => id.toLowerCase() === wanted;
}

function histogramOf({ metrics }: LabFacts, isIt: (name: string) => boolean) {
  return metrics.find(({ type, name }) => type === 'histogram' && seriesEnds.some((end) => isIt(`${name}${end}`)));
}

function related({ scenarios }: LabFacts, ids: readonly string[]): RelatedCheck[] {
  return scenarios
    .flatMap(({ checks }) => checks)
    .filter(({ id }) => ids.includes(id))
    .map(({ id, title, lesson }) => ({ id, title, lesson }));
}
