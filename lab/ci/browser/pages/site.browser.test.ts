import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { walkByKeyboard } from '../keyboard.ts';
import { launchBrowser } from '../launch-browser.ts';
import { openPage } from '../open-page.ts';
import { testedSite } from './built-pages.ts';

const { url, paths } = await testedSite();
const lessons = paths.filter((path) => path.startsWith('/lessons/'));
const wide = { width: 1_280, colours: 'light' } as const;
const narrow = { width: 320, colours: 'light' } as const;
const kilobyte = 1_024;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** Bytes over the wire, compressed, by address, until the page is at rest. */
async function transfersOf(path: string): Promise<ReadonlyMap<string, number>> {
  await using opened = await openPage(browser, 'about:blank', wide);
  const bytes = new Map<string, number>();
  opened.page.on('response', (response) => {
    bytes.set(response.url(), Number(response.headers()['content-length'] ?? 0));
  });
  await opened.page.goto(`${url}${path}`, { waitUntil: 'networkidle' });
  return bytes;
}

const sum = (bytes: Iterable<number>) => [...bytes].reduce((total, one) => total + one, 0);

test.each(lessons)('%s comes to 80 KB at most, 100 KB with a simulator', async (path) => {
  await using opened = await openPage(browser, `${url}${path}`, wide);
  const hasSimulator = (await opened.page.locator('.sim').count()) > 0;
  expect(sum((await transfersOf(path)).values()) / kilobyte).toBeLessThanOrEqual(hasSimulator ? 100 : 80);
});

test('of scripts, what simulators share comes to 12 KB at most, and what is one’s own to 15 KB', async () => {
  const scriptsOf = async (path: string) =>
    new Map([...(await transfersOf(path))].filter(([address]) => address.endsWith('.js')));
  const plain = await scriptsOf('/lessons/start-here/');
  const withSimulator: ReadonlyMap<string, number>[] = [];
  for (const topic of ['caching', 'limits', 'retries', 'stampedes']) {
    const scripts = await scriptsOf(`/lessons/${topic}/`);
    withSimulator.push(new Map([...scripts].filter(([address]) => !plain.has(address))));
  }
  // What two of them need is loaded once and kept.
  const isShared = (address: string) => withSimulator.filter((scripts) => scripts.has(address)).length > 1;
  const shared = new Map(withSimulator.flatMap((scripts) => [...scripts].filter(([address]) => isShared(address))));
  const own = withSimulator.map((scripts) => sum([...scripts].flatMap(([at, bytes]) => (isShared(at) ? [] : [bytes]))));
  expect(Math.min(...own)).toBeGreaterThan(0);
  expect(sum(shared.values()) / kilobyte).toBeLessThanOrEqual(12);
  expect(Math.max(...own) / kilobyte).toBeLessThanOrEqual(15);
});

test.each([...lessons, '/', '/scenarios/cache-stale-price/'])('%s says the same without scripts', async (path) => {
  await using opened = await openPage(browser, `${url}${path}`, wide);
  await using bare = await openPage(browser, `${url}${path}`, { ...wide, scripts: false });
  const words = (page: Page) =>
    page.locator('main').evaluate((main) => {
      const copy = main.cloneNode(true) as HTMLElement;
      // A simulator needs a script: what stands in its place without one is tested with it.
      const needsScript = (part: Element) => part.localName.startsWith('lab-simulator-') || part.matches('[data-read]');
      for (const part of copy.querySelectorAll('*')) if (needsScript(part)) part.remove();
      return copy.textContent?.replaceAll(/\s+/g, ' ').trim();
    });
  expect(await words(bare.page)).toBe(await words(opened.page));
  expect(await bare.page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(251, 249, 244)');
});

test.each(['/', '/progress/', '/reference/'])('%s: Tab reaches everything, and shows where it is', async (path) => {
  await using opened = await openPage(browser, `${url}${path}`, narrow);
  const { stops, problems } = await walkByKeyboard(opened.page);
  expect(problems).toEqual([]);
  expect(stops[0]).toContain('Skip to content');
});

test.each([
  ['no-late-fill', '/scenarios/cache-stale-price/#no-late-fill'],
  ['STALE_AFTER_WRITE', '/reference/findings/#STALE_AFTER_WRITE'],
  ['12:04:11 WARN RATE_LIMITED for tenant 7', '/reference/errors/#RATE_LIMITED'],
  ['db_pool_connections', '/reference/metrics/#db_pool_connections'],
  ['link-slicer', '/reference/faults/#link-slicer'],
  ['E_PORT', '/reference/errors/#E_PORT'],
])('the search finds %s', async (typed, href) => {
  await using opened = await openPage(browser, `${url}/glossary/`, wide);
  const { page } = opened;
  await page.keyboard.press('Control+k');
  await page.keyboard.type(typed);
  const first = page.locator('lab-search li a').first();
  await expect.poll(() => first.getAttribute('href')).toMatch(new RegExp(`^${href}`));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.url()).toContain(href.split('#')[0]);
  expect(opened.complaints).toEqual([]);
});

test('every id that the search lists has its place on the page that it leads to', async () => {
  const entries = (await (await fetch(`${url}/search-ids.json`)).json()) as { id: string; href: string }[];
  const pages = new Map<string, string>();
  for (const path of new Set(entries.map(({ href }) => href.split('#')[0] ?? ''))) {
    pages.set(path, await (await fetch(`${url}${path}`)).text());
  }
  const isThere = (path = '', place = '') =>
    place === '' ? pages.get(path) !== '' : pages.get(path)?.includes(` id="${place}"`) === true;
  expect(entries.length).toBeGreaterThan(300);
  expect(entries.filter(({ href }) => !isThere(...(href.split('#') as [string, string])))).toEqual([]);
});

test('the search finds words in lessons, says how many, and gives the focus back', async () => {
  await using opened = await openPage(browser, `${url}/`, wide);
  const { page } = opened;
  await page.getByRole('button', { name: 'Search' }).click();
  await page.keyboard.type('lease');
  const pages = page.locator('lab-search li a[href^="/lessons/"]');
  await expect.poll(() => pages.count()).toBeGreaterThan(0);
  await expect.poll(() => page.locator('lab-search [role="status"]').textContent()).toMatch(/^\d+ results?$/);
  await page.keyboard.press('Escape');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Search');
});

test('a lesson that was read is marked on the map, and can be taken along', async () => {
  await using opened = await openPage(browser, `${url}/lessons/caching/`, wide);
  const { page } = opened;
  await page.getByRole('button', { name: 'I have read this' }).click();
  await page.goto(`${url}/`);
  expect(await page.locator('[data-progress="lessons/caching"]').first().textContent()).toContain('read');
  await page.goto(`${url}/progress/`);
  expect(await page.locator('tbody').textContent()).toContain('lessons/caching');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export', exact: true }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('brownout-progress.json');
  await page.getByRole('button', { name: 'Clear all' }).click();
  expect(await page.locator('.none').isVisible()).toBe(true);
  await page.locator('input[type="file"]').setInputFiles(await download.path());
  await expect.poll(() => page.locator('tbody').textContent()).toContain('lessons/caching');
});

test('on paper there is no navigation, and the ink is black on white', async () => {
  await using opened = await openPage(browser, `${url}/lessons/caching/`, { ...wide, colours: 'dark' });
  const { page } = opened;
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('.site-nav').isVisible()).toBe(false);
  expect(await page.locator('h1').evaluate((title) => getComputedStyle(title).color)).toBe('rgb(0, 0, 0)');
});
