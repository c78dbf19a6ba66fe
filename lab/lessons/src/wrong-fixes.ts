import type { Scenario } from '@lab/sdk';

const block = /<!-- wrong fixes (?<check>[\w-]+\/[\w-]+) -->\n[\s\S]*?<!-- end of wrong fixes -->/g;

/** Checks of whose wrong fixes a lesson has a list. */
export function listedChecksOf(lesson: string): readonly string[] {
  return [...lesson.matchAll(block)].map(({ groups = {} }) => groups['check'] ?? '');
}

/**
 * The lesson with the wrong fixes that each check catches, in the words in which their scenario declares them. `find` has
 * a scenario by its id; a list of one that is not there stays as it is. Throws RangeError where the scenario has no such
 * check, or where nothing is caught by it.
 */
export function withWrongFixes(lesson: string, find: (scenario: string) => Scenario | undefined): string {
  return lesson.replaceAll(block, (text, ...found) => {
    const { check = '' } = found.at(-1) as Record<string, string>;
    const scenario = find(check.split('/')[0] ?? '');
    return scenario === undefined ? text : listOf(scenario, check);
  });
}

function listOf({ id, checks, variants }: Scenario, check: string): string {
  if (checks.every((one) => one.id !== check)) throw new RangeError(`${id} has no check ${check}.`);
  const mutants = variants.filter(({ name }) => name.startsWith('mutants/'));
  const caught = mutants.filter(({ killedBy }) => Object.keys(killedBy)[0] === check);
  // Some checks come second with every wrong fix that they catch.
  const listed = caught.length > 0 ? caught : mutants.filter(({ killedBy }) => check in killedBy);
  if (listed.length === 0) throw new RangeError(`${check} catches no wrong fix.`);
  return [
    `<!-- wrong fixes ${check} -->`,
    '<details>',
    '<summary>Wrong fixes that it catches</summary>\n',
    ...listed.map(({ name, about }) => `- \`${id}/${name}\`: ${about}`),
    '\n</details>',
    '<!-- end of wrong fixes -->',
  ].join('\n');
}
