/** The built site that the browser tests look at. */
export interface TestedSite {
  /** Without a slash at the end. */
  readonly url: string;
  /** Addresses of all pages, in order. */
  readonly paths: readonly string[];
}

/** Where the site is; it is built when the first of the tests asks. */
export async function testedSite(): Promise<TestedSite> {
  const address = process.env['TEST_SITE_URL'];
  if (address === undefined) throw new Error('TEST_SITE_URL is not set: these tests run in the project "browser".');
  const response = await fetch(address);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return JSON.parse(text) as TestedSite;
}
