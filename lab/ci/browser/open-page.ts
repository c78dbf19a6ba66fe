import type { Browser, Page } from 'playwright-core';

/** How a page is looked at. */
export interface Look {
  /** CSS pixels. */
  readonly width: number;
  readonly colours: 'light' | 'dark';
  /** True where nothing is said. */
  readonly scripts?: boolean;
}

/** A page in a context of its own, and what it did so far. */
export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors and warnings of its console, and errors that nothing caught. */
  readonly complaints: readonly string[];
  /** Every address that was asked for, the page's own first. */
  readonly requests: readonly string[];
  /** Addresses elsewhere that were asked for, and refused. */
  readonly refused: readonly string[];
}

const LIMIT_MS = 10_000;
const HEIGHT = 900;
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Every way in which a page has to be fit to be read. */
export const looks: readonly Look[] = [1_280, 360].flatMap((width) => [
  { width, colours: 'light' as const },
  { width, colours: 'dark' as const },
]);

/** Opens a page of this machine: a file, or an address on loopback. Nothing that it asks for elsewhere is fetched. */
export async function openPage(browser: Browser, url: string, look: Look): Promise<OpenedPage> {
  if (!isHere(new URL(url))) throw new Error(`${url} is not on this machine: only files and loopback are opened.`);
  const { width, colours, scripts = true } = look;
  const context = await browser.newContext({
    viewport: { width, height: HEIGHT },
    colorScheme: colours,
    javaScriptEnabled: scripts,
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  const complaints: string[] = [];
  const requests: string[] = [];
  const refused: string[] = [];
  try {
    context.setDefaultTimeout(LIMIT_MS);
    await context.route(
      (address) => !isHere(address),
      async (route) => {
        refused.push(route.request().url());
        await route.abort();
      },
    );
    const page = await context.newPage();
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(url);
    return { page, complaints, requests, refused, [Symbol.asyncDispose]: () => context.close() };
  } catch (error) {
    await context.close();
    throw error;
  }
}

function isHere({ protocol, hostname }: URL): boolean {
  return /^(?:file|data|blob|about):$/.test(protocol) || LOOPBACK.has(hostname);
}
