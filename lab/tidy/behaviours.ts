import type { SourceFile } from './source-files.ts';

/** The page that says which test proves what. */
export const behavioursPage = 'lab/service/BEHAVIOURS.md';
const testsBelow = 'lab/service/src/';
const wordsMax = 15;

interface Row {
  readonly id: string;
  readonly behaviour: string;
  readonly proof: string;
  readonly how: string;
  readonly missing: string;
}

/** Citations of tests that do not exist, and rows that say neither what proves them nor what is missing. */
export function behaviourProblems(files: readonly SourceFile[]): string[] {
  const page = files.find(({ path }) => path === behavioursPage);
  if (page === undefined) return [`${behavioursPage} is not there.`];
  const rows = rowsOf(page.text);
  return [
    ...(rows.length === 0 ? [`${behavioursPage} has no rows.`] : []),
    ...deadCitations(page.text, files),
    ...rows.flatMap((row, index) => rowProblems(row, rows.slice(0, index))),
  ];
}

const citation = /`(?<file>[^`\n]+?) › (?<title>[^`\n]+)`/g;

function deadCitations(text: string, files: readonly SourceFile[]): string[] {
  const titles = new Map<string, ReadonlySet<string>>();
  const cited = [...text.matchAll(citation)].map(({ groups }) => ({
    file: groups?.file ?? '',
    title: groups?.title ?? '',
  }));
  return cited.flatMap(({ file, title }) => {
    const test = files.find(({ path }) => path === testsBelow + file);
    if (test === undefined) return [`There is no ${testsBelow}${file}, which is to prove "${title}".`];
    const known = titles.get(file) ?? titlesOf(test.text);
    titles.set(file, known);
    return known.has(title) ? [] : [`${testsBelow}${file} has no test "${title}".`];
  });
}

// The name stands first, behind `test(` or behind the table of `test.each(…)(`, and a function follows. Behind
// `test.skip(` and `test.todo(` is no test that proves anything.
const titled = /(?:\btest|\))\(\s*(?<quote>['"`])(?<title>(?:\\.|(?!\k<quote>)[^\\\n])+)\k<quote>,\s*(?:async )?\(/g;

/** Names of the tests of a file as they stand there: `%s` and `${…}` are not filled in. */
export function titlesOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(titled)].map(({ groups }) => (groups?.title ?? '').replaceAll(/\\(.)/g, '$1')));
}

function rowsOf(text: string): readonly Row[] {
  return text.split('\n').flatMap((line) => {
    const [, id = '', behaviour = '', proof = '', how = '', missing = ''] = line.split('|').map((cell) => cell.trim());
    return /^[a-z]+-\d+[a-z]?$/.test(id) ? [{ id, behaviour, proof, how, missing }] : [];
  });
}

function rowProblems({ id, behaviour, proof, how, missing }: Row, before: readonly Row[]): string[] {
  const isProved = /^(?:load|fault|barrier|stack|unit)(?<part>, in part)?$/.exec(how);
  const lacksProof = how === 'not proved' || how === 'not built';
  const lacks = lacksProof || isProved?.groups?.part !== undefined;
  const claims = proof === '' ? [] : proof.split('<br>').filter((part) => !/^`[^`]+ › [^`]+`$/.test(part));
  return [
    ...(before.some((other) => other.id === id) ? [`${id} is there twice.`] : []),
    ...(behaviour.split(/\s+/).length > wordsMax ? [`${id} needs more than ${wordsMax} words.`] : []),
    ...claims.map((claim) => `${id} names ${claim}, which is no test.`),
    ...(isProved === null && !lacksProof ? [`${id} is said to be shown by "${how}".`] : []),
    ...((proof === '') === lacksProof ? [] : [`${id} is ${how}, and names ${proof === '' ? 'no' : 'a'} test.`]),
    ...((missing !== '') === lacks
      ? []
      : [`${id} is ${how}, and names ${missing === '' ? 'nothing' : 'something'} that is missing.`]),
  ];
}
