import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeFaults } from '@lab/faults';
import { readProof } from '@lab/judge';
import { listScenarioIds, loadScenario } from '@lab/scenarios';
import { labErrorFacts, problemFacts } from './error-facts.ts';
import { findingFacts } from './finding-facts.ts';
import { findingMeanings } from './finding-meanings.ts';
import { lessonFacts } from './lesson-facts.ts';
import { metricFacts } from './metric-facts.ts';
import { relations } from './relations.ts';
import { scenarioFacts } from './scenario-facts.ts';
import type { FaultFacts, LessonFacts, ScenarioFacts, SiteFacts } from './site-facts.ts';
import { readCode } from './text-files.ts';

const codeFiles: ReadonlySet<string> = new Set(['grader/judge/src/judge.ts', 'lab/sdk/src/load-stalled.ts']);
const catalogueFile = 'lab/service/src/platform/problem.ts';

/** Reads the repository: declarations of scenarios and faults, and the source of the rest. */
export async function collectFacts(repoRoot: string): Promise<SiteFacts> {
  const [service, checks, scenarioCode, lab, grader] = await Promise.all(
    ['lab/service/src', 'grader/checks/src', 'scenarios', 'lab', 'grader'].map((folder) => readCode(repoRoot, folder)),
  );
  // What the bench says, it says to those who work on the lab.
  const ofLab = (lab ?? []).filter(({ path }) => !/^lab\/(?:service|bench)\//.test(path));
  // Two codes are written outside of checks: the judge's own, and one that the runner knows too.
  const others = [...(grader ?? []), ...ofLab].filter(({ path }) => codeFiles.has(path));
  const scenarios = await Promise.all(listScenarioIds().map((id) => collectScenario(repoRoot, id)));
  const lessons = lessonFacts(repoRoot);
  return {
    lessons,
    scenarios: inOrder(scenarios, lessons),
    faults: collectFaults(),
    metrics: metricFacts(service ?? []),
    findings: findingFacts([...(checks ?? []), ...(scenarioCode ?? []), ...others], findingMeanings),
    problems: problemFacts(await readFile(join(repoRoot, catalogueFile), 'utf8')),
    labErrors: labErrorFacts([...ofLab, ...(grader ?? [])]),
  };
}

/** As the lessons take them; those that no lesson names come last. */
function inOrder(scenarios: readonly ScenarioFacts[], lessons: readonly LessonFacts[]): ScenarioFacts[] {
  const named = lessons.flatMap((lesson) => lesson.scenarios);
  const placeOf = ({ id }: ScenarioFacts) => (named.includes(id) ? named.indexOf(id) : named.length);
  return scenarios.toSorted((a, b) => placeOf(a) - placeOf(b));
}

async function collectScenario(repoRoot: string, id: string): Promise<ScenarioFacts> {
  const proof = await readProof(join(repoRoot, 'scenarios', id, 'proof.json'));
  return scenarioFacts(await loadScenario(id), proof, relations);
}

function collectFaults(): FaultFacts[] {
  return describeFaults({ reason: 'Nothing runs.' }).map(({ id, title, about, isOneShot, parameters }) => ({
    id,
    title,
    about,
    isOneShot,
    parameters: parameters.map((one) => ({ ...one, usual: String(one.usual) })),
  }));
}
