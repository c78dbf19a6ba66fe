import type { FindingCodeFacts } from './lab-facts.ts';
import type { TextFile } from './text-files.ts';
import type { WithoutChecks } from './with-checks.ts';

const written = /(?<![\w'])'(?<long>[A-Z]{2,}(?:_[A-Z]+)+)'|\bcode: '(?<code>[A-Z]{3,})'/g;

/**
 * Codes of findings, in their order: those that the builders of checks and the scenarios write, with the files.
 * `meanings` has a sentence for each.
 */
export function findingFacts(
  files: readonly TextFile[],
  meanings: Readonly<Record<string, string>>,
): WithoutChecks<FindingCodeFacts>[] {
  const found = new Map<string, Set<string>>();
  for (const { path, text } of files) {
    for (const match of text.matchAll(written)) {
      const code = match.groups?.['long'] ?? match.groups?.['code'] ?? '';
      found.set(code, (found.get(code) ?? new Set()).add(path));
    }
  }
  return [...found]
    .map(([code, paths]) => ({
      code,
      page: `/reference/findings/#${code}`,
      meaning: meanings[code] ?? '',
      files: [...paths].sort(),
    }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}
