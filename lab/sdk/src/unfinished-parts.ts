import type { Scenario } from './scenario.ts';

/** What a finished scenario has. */
const least = { mutants: 10, cheats: 3, solutions: 2 } as const;

/** What a sound scenario lacks before its verdicts can be trusted, each a sentence for its author. */
export function unfinishedParts({ id, checks, variants }: Scenario): readonly string[] {
  const mutants = variants.filter(({ name }) => name.startsWith('mutants/'));
  const cheats = mutants.filter(({ cheat }) => cheat === true);
  const solutions = variants.filter(({ name }) => name.startsWith('solutions/'));
  const steady = checks.some((check) => check.id === `${id}/steady-state`);
  return [
    ...(steady
      ? []
      : [`there is no check "${id}/steady-state": a service that is broken at rest would be disturbed all the same.`]),
    ...(mutants.length >= least.mutants
      ? []
      : [`it has ${counted(mutants.length, 'mutant')}; ${least.mutants} or more make sure that its checks see.`]),
    ...(cheats.length >= least.cheats
      ? []
      : [`it has ${counted(cheats.length, 'cheat')} among its mutants; ${least.cheats} or more are asked for.`]),
    ...(solutions.length >= least.solutions
      ? []
      : [
          `it has ${counted(solutions.length, 'solution')} beside the reference; ${least.solutions} or more are asked for, one of them on a well-known library.`,
        ]),
  ];
}

function counted(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;
}
