/** One page of the full-text index. */
export interface FoundPage {
  readonly title: string;
  readonly href: string;
  /** With `<mark>` around what was looked for. */
  readonly excerpt: string;
}

interface Index {
  search(query: string): Promise<{ readonly results: readonly { data(): Promise<IndexedPage> }[] }>;
}

interface IndexedPage {
  readonly url: string;
  readonly meta: { readonly title?: string };
  readonly excerpt: string;
  readonly sub_results?: readonly { readonly title: string; readonly url: string; readonly excerpt: string }[];
}

const indexAddress = '/pagefind/pagefind.js';

/** Pages that have the words, each with the section that fits best. The index is loaded at the first question. */
export async function findPages(query: string, most: number): Promise<FoundPage[]> {
  // Made after the build, so no bundler knows it.
  const index = (await import(/* @vite-ignore */ indexAddress)) as Index;
  const { results } = await index.search(query);
  const pages = await Promise.all(results.slice(0, most).map((result) => result.data()));
  return pages.map(({ url, meta, excerpt, sub_results: sections = [] }) => {
    const [best] = sections;
    const title = meta.title ?? url;
    if (best === undefined || best.title === title) return { title, href: best?.url ?? url, excerpt };
    return { title: `${title} – ${best.title}`, href: best.url, excerpt: best.excerpt };
  });
}
