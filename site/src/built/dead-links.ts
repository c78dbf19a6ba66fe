import type { BuiltPage, BuiltSite } from './built-site.ts';

const addressed = /<(?<tag>[a-z][\w-]*)\b[^>]*?\s(?<name>href|src)="(?<value>[^"]*)"/g;
const identified = /<[a-z][^>]*?\sid="(?<id>[^"]*)"/g;

/**
 * Links of built pages to pages, files and ids that are not there, and everything that a page would fetch or link to on
 * another host; each in a sentence. Links of prose to other sites are allowed: they are followed by people, not pages.
 */
export function deadLinks({ pages, files }: BuiltSite): string[] {
  const idsOf = new Map(pages.map((page) => [page.path, idsIn(page)]));
  return pages.flatMap((page) => [
    ...doubleIds(page),
    ...[...page.html.matchAll(addressed)].flatMap((match) => {
      const { tag = '', value = '' } = match.groups ?? {};
      const problem = problemOf(page, tag, value.replaceAll('&amp;', '&'));
      return problem === null ? [] : [`${page.path} ${problem}`];
    }),
  ]);

  function problemOf(page: BuiltPage, tag: string, target: string): string | null {
    if (/^(?:data|mailto):/.test(target)) return null;
    if (/^[a-z]+:|^\/\//i.test(target)) {
      return tag === 'a' ? null : `asks for ${target}, which is on another host.`;
    }
    const url = new URL(target, `http://site${page.path}`);
    const path = decodeURIComponent(url.pathname);
    if (!idsOf.has(path) && !files.has(path)) return `links to ${target}, which is not there.`;
    const id = decodeURIComponent(url.hash.slice(1));
    const ids = idsOf.get(path);
    return id === '' || ids === undefined || ids.has(id) ? null : `links to ${target}: that page has no such id.`;
  }
}

function idsIn({ html }: BuiltPage): Set<string> {
  return new Set([...html.matchAll(identified)].map((match) => match.groups?.['id'] ?? ''));
}

function doubleIds({ path, html }: BuiltPage): string[] {
  const all = [...html.matchAll(identified)].map((match) => match.groups?.['id'] ?? '');
  const twice = all.filter((id, index) => all.indexOf(id) !== index);
  return [...new Set(twice)].map((id) => `${path} has the id ${id} more than once.`);
}
