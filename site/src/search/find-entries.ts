import type { SearchEntry } from './search-entries.ts';

/**
 * Entries that fit, the best first: those whose id is named in full (also amid a pasted line of a log), then those whose
 * id begins with what was typed, then those that have all its words.
 */
export function findEntries(entries: readonly SearchEntry[], typed: string, most: number): SearchEntry[] {
  const query = typed.trim().toLowerCase();
  if (query.length < 2) return [];
  const named = new Set(query.match(/[\w/-]+/g) ?? []);
  const words = query.split(/\s+/);
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry, query, named, words) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .slice(0, most)
    .map(({ entry }) => entry);
}

function rankOf(
  { id, title }: SearchEntry,
  query: string,
  named: ReadonlySet<string>,
  words: readonly string[],
): number | null {
  const name = id.toLowerCase();
  if (name === query) return 0;
  if (named.has(name)) return 1;
  if (name.startsWith(query)) return 2;
  // A check is known by the second half of its id too.
  if (name.split('/').some((part) => part.startsWith(query))) return 3;
  if (name.includes(query)) return 4;
  const text = `${name} ${title.toLowerCase()}`;
  return words.every((word) => text.includes(word)) ? 5 : null;
}
