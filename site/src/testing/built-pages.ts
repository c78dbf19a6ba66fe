import { readBuiltSite } from '../built/built-site.ts';

interface TestedSite {
  /** Without a slash at the end. */
  readonly url: string;
  /** Addresses of all pages, in order. */
  readonly paths: readonly string[];
}

/** The built site that the browser tests look at; it is built when the first of them asks. */
export async function testedSite(): Promise<TestedSite> {
  const address = process.env['TEST_SITE_URL'];
  if (address === undefined) throw new Error('TEST_SITE_URL is not set: these tests run in the project "browser".');
  const response = await fetch(address);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  const { url, folder } = JSON.parse(text) as { readonly url: string; readonly folder: string };
  const { pages } = await readBuiltSite(folder);
  return { url, paths: pages.map(({ path }) => path) };
}
