import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeFaults } from '@lab/faults';
import { readProof } from '@lab/judge';
import { listScenarioIds, loadScenario } from '@lab/scenarios';
import { labErrorFacts, problemFacts } from './error-facts.ts';
import { faultFacts } from './fault-facts.ts';
import { findingFacts } from './finding-facts.ts';
import { findingMeanings } from './finding-meanings.ts';
import type { LabFacts, ScenarioFacts } from './lab-facts.ts';
import { metricFacts } from './metric-facts.ts';
import { relations } from './relations.ts';
import { scenarioFacts } from './scenario-facts.ts';
import { readCode } from './text-files.ts';
import { withChecks } from './with-checks.ts';

const codeFiles: ReadonlySet<string> = new Set(['grader/judge/src/judge.ts', 'lab/sdk/src/load-stalled.ts']);
const catalogueFile = 'lab/service/src/platform/problem.ts';

/** Only those of scenarios and their checks, which takes half the time: no source is read. */
export async function collectScenarios(repoRoot: string): Promise<ScenarioFacts[]> {
  return await Promise.all(listScenarioIds().map((id) => collectScenario(repoRoot, id)));
}

/** Reads the repository: declarations of scenarios and faults, and the source of the rest. */
export async function collectFacts(repoRoot: string): Promise<LabFacts> {
  const [service, checkCode, scenarioCode, lab, grader] = await Promise.all(
    ['lab/service/src', 'grader/checks/src', 'scenarios', 'lab', 'grader'].map((folder) => readCode(repoRoot, folder)),
  );
  // What the bench and the tests say, they say to those who work on the lab.
  const ofLab = (lab ?? []).filter(({ path }) => !/^lab\/(?:service|bench|ci|tidy)\//.test(path));
  // Two codes are written outside of checks: the judge's own, and one that the runner knows too.
  const others = [...(grader ?? []), ...ofLab].filter(({ path }) => codeFiles.has(path));
  const scenarios = await collectScenarios(repoRoot);
  const checks = scenarios.flatMap((scenario) => scenario.checks);
  const findings = findingFacts([...(checkCode ?? []), ...(scenarioCode ?? []), ...others], findingMeanings);
  return {
    scenarios,
    faults: withChecks(faultFacts(describeFaults({ reason: 'Nothing runs.' })), (fault) =>
      checks.filter((check) => check.faults.includes(fault.id)),
    ),
    metrics: withChecks(metricFacts(service ?? []), (metric) =>
      checks.filter((check) => check.metrics.includes(metric.name)),
    ),
    findings: withChecks(findings, (finding) => checks.filter((check) => check.codes.includes(finding.code))),
    problems: problemFacts(await readFile(join(repoRoot, catalogueFile), 'utf8')),
    labErrors: labErrorFacts([...ofLab, ...(grader ?? [])]),
  };
}

async function collectScenario(repoRoot: string, id: string): Promise<ScenarioFacts> {
  const proof = await readProof(join(repoRoot, 'scenarios', id, 'proof.json'));
  return scenarioFacts(await loadScenario(id), proof, relations);
}
