import { type Scenario, scenarioProblems } from '@lab/sdk';

/**
 * What is wrong with a declaration, beyond what defining it refuses: parts that do not fit each other, each a sentence
 * for its author. How many variants a scenario needs is not judged here: a draft has few.
 */
export function declarationProblems(scenario: Scenario): readonly string[] {
  return [
    ...scenarioProblems(scenario),
    ...unclaimedChecks(scenario),
    ...unusedExperiments(scenario),
    ...hintProblems(scenario),
    ...lessonProblems(scenario),
    ...neighbourProblems(scenario),
    ...startProblems(scenario),
  ];
}

function unclaimedChecks({ checks, variants }: Scenario): string[] {
  const mutants = variants.filter(({ name }) => name.startsWith('mutants/'));
  const claimed = new Set(mutants.flatMap(({ killedBy }) => Object.keys(killedBy)));
  return checks.filter(({ id }) => !claimed.has(id)).map(({ id }) => `check "${id}" claims no mutant.`);
}

function unusedExperiments({ checks, experiments }: Scenario): string[] {
  const used = new Set(checks.flatMap((check) => check.experiments));
  return experiments.filter(({ id }) => !used.has(id)).map(({ id }) => `experiment "${id}" is used by no check.`);
}

/** The codes that variants must be found by, by the name of the check that claims them; each once, in order. */
export function claimedCodes({ id, variants }: Scenario): Readonly<Record<string, readonly string[]>> {
  const claims = variants.flatMap(({ killedBy }) => Object.entries(killedBy));
  const byCheck = Map.groupBy(claims, ([check]) => check.slice(id.length + 1));
  return Object.fromEntries(
    [...byCheck].map(([name, of]) => [name, [...new Set(of.flatMap(([, codes]) => codes))].sort()]),
  );
}

const rungs = 4;

function hintProblems({ hints }: Scenario): string[] {
  return [
    ...(hints.length === rungs ? [] : [`there are ${hints.length} hints, not ${rungs}.`]),
    ...hints.flatMap((hint, index) => (/^[A-Z].*[.?]$/.test(hint) ? [] : [`hint ${index + 1} is no whole sentence.`])),
  ];
}

function lessonProblems({ id, lesson, checks }: Scenario): string[] {
  return checks
    .filter((check) => check.lesson !== `${lesson}#${check.id.slice(id.length + 1)}`)
    .map((check) => `check "${check.id}" does not point to the section of its name in ${lesson}.`);
}

function neighbourProblems({ experiments }: Scenario): string[] {
  return experiments
    .filter(({ besideOthers, disturbsLoad, needsRest }) => besideOthers === true && (disturbsLoad || needsRest))
    .map(({ id }) => `experiment "${id}" runs beside others and disturbs them.`);
}

function startProblems({ startWith, editable }: Scenario): string[] {
  const folders = editable.map((glob) => glob.replace(/\*.*$/, ''));
  return startWith
    .filter((path) => !folders.some((folder) => path.startsWith(folder)))
    .map((path) => `${path} is named to start with, and may not be changed.`);
}
