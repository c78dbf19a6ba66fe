import { dirname, join, relative } from 'node:path';

/** Where a file of the repository is on the site. */
export interface FilePage {
  /** Relative to the root of the repository. */
  readonly path: string;
  /** Null for a file that is no page. */
  readonly href: string | null;
}

const pages: readonly (readonly [RegExp, (name: string) => string])[] = [
  [/^lessons\/([\w-]+)(?:\/index\.mdx?)?\/?$/, (name) => `/lessons/${name}/`],
  [/^lab\/decisions\/([\w-]+)\.md$/, (name) => `/decisions/${name}/`],
  [/^docs\/([\w-]+)\.md$/, (name) => `/guides/${name}/`],
  [/^scenarios\/([\w-]+)\/?$/, (name) => `/scenarios/${name}/`],
];

/** Where a relative link of a page of Markdown leads. `from` is absolute; the target's anchor is kept. */
export function pageOfFile(repoRoot: string, from: string, target: string): FilePage {
  const [file = '', anchor] = target.split('#');
  const path = relative(repoRoot, join(dirname(from), file));
  for (const [pattern, hrefOf] of pages) {
    const name = pattern.exec(path)?.[1];
    if (name !== undefined) return { path, href: `${hrefOf(name)}${anchor === undefined ? '' : `#${anchor}`}` };
  }
  return { path, href: null };
}

/** The id of a page of Markdown, which is its address without the slashes around it. */
export function pageId(path: string): string {
  return pageOfFile('/', '/', path).href?.slice(1, -1) ?? path;
}
