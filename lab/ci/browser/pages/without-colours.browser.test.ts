import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { walkByKeyboard } from '../keyboard.ts';
import { launchBrowser } from '../launch-browser.ts';
import { type OpenedPage, openPage } from '../open-page.ts';
import { paleInk } from '../readable-ink.ts';
import { testedSite } from './built-pages.ts';

const { url, paths } = await testedSite();
const lessons = paths.filter((path) => path.startsWith('/lessons/'));
const pages = [...lessons, '/', '/progress/', '/scenarios/cache-stale-price/', '/reference/errors/'];
/** Areas behind marks, whose names and edges are drawn; gridlines and what is left of a bar. */
const shades = '.sim-ruler, .sim-outage, .sim-step, .sim-old, .sim-fresh, .sim-frame, .sim-edge';
const forcedSchemes = ['light', 'dark'] as const;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** With the theme that the scheme is not: a reader may have chosen it long ago. */
async function openForced(path: string, scheme: 'light' | 'dark'): Promise<OpenedPage> {
  const opened = await openPage(browser, 'about:blank', { width: 1_000, colours: scheme });
  const { page } = opened;
  await page.emulateMedia({ forcedColors: 'active' });
  await page.addInitScript(
    (theme) => {
      if (location.protocol !== 'about:') localStorage.setItem('starlight-theme', theme);
    },
    scheme === 'light' ? 'dark' : 'light',
  );
  await page.goto(`${url}${path}`);
  await showAll(page);
  return opened;
}

/** Unfolds what is folded, and lets each simulator draw its end. */
async function showAll(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('main details')) (details as HTMLDetailsElement).open = true;
  });
  for (const sim of await page.locator('.sim').all()) {
    await sim.getByRole('button', { name: 'Skip' }).click();
    const moment = sim.getByRole('slider', { name: 'Moment' });
    await moment.focus();
    await page.keyboard.press('End');
  }
}

async function canvasOf(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const probe = document.createElement('i');
    probe.style.color = 'Canvas';
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  });
}

/** One picture of each kind of cell, and of none; they must all differ. */
async function cellPictures(page: Page): Promise<string[]> {
  const kinds = ['claimed', 'beside', 'passed', 'unknown', 'none'];
  const cells = await Promise.all(
    kinds.map(async (kind) => [kind, page.locator(`.matrix td.${kind}`).first()] as [string, Locator]),
  );
  const pictures: string[] = [];
  for (const [, cell] of cells) {
    if ((await cell.count()) === 0) continue;
    await cell.evaluate((td) => {
      // Each in one place and size, so that only the mark can differ.
      Object.assign((td as HTMLElement).style, {
        position: 'fixed',
        inset: '200px auto auto 500px',
        width: '32px',
        height: '32px',
        border: '0',
        zIndex: '9999',
      });
    });
    pictures.push((await cell.screenshot()).toString('base64'));
    await cell.evaluate((td) => td.removeAttribute('style'));
  }
  return pictures;
}

describe.each(forcedSchemes)('with forced colours, %s', (scheme) => {
  test.each(pages)('%s: all text and all marks stand out from the ground', async (path) => {
    await using opened = await openForced(path, scheme);
    expect(await paleInk(opened.page, await canvasOf(opened.page), shades)).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });

  test('cells of a matrix differ by their shape', async () => {
    await using opened = await openForced('/scenarios/cache-stale-price/', scheme);
    const pictures = await cellPictures(opened.page);
    expect(pictures.length).toBeGreaterThan(3);
    expect(new Set(pictures).size).toBe(pictures.length);
  });

  test('areas behind marks do not cover them', async () => {
    await using opened = await openForced('/lessons/retries/', scheme);
    const outage = opened.page.locator('.sim-outage').first();
    const withCalls = await outage.screenshot();
    await opened.page.addStyleTag({ content: '.sim-dot { visibility: hidden }' });
    expect(withCalls.equals(await outage.screenshot())).toBe(false);
  });

  test('only the page that is shown is marked in the list of pages', async () => {
    await using opened = await openForced('/lessons/caching/', scheme);
    const edges = await opened.page
      .locator('.sidebar-content ul a')
      .evaluateAll((links) =>
        links.map((link) => [link.getAttribute('aria-current'), getComputedStyle(link).borderInlineStartColor]),
      );
    const marked = edges.find(([current]) => current === 'page')?.[1];
    expect(edges.filter(([, colour]) => colour === marked)).toHaveLength(1);
  });
});

test('with forced colours Tab reaches everything, and shows where it is', async () => {
  await using opened = await openForced('/', 'dark');
  expect((await walkByKeyboard(opened.page)).problems).toEqual([]);
});

describe('on paper', () => {
  const white = 'rgb(255, 255, 255)';
  async function openPrinted(path: string): Promise<OpenedPage> {
    const opened = await openPage(browser, `${url}${path}`, { width: 1_000, colours: 'dark' });
    await showAll(opened.page);
    await opened.page.emulateMedia({ media: 'print' });
    await opened.page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    return opened;
  }

  test.each(pages)('%s: all text and all marks stand out from white, whatever the theme', async (path) => {
    await using opened = await openPrinted(path);
    expect(await paleInk(opened.page, white, shades)).toEqual([]);
  });

  test('cells of a matrix differ though no ground is printed', async () => {
    await using opened = await openPrinted('/scenarios/cache-stale-price/');
    await opened.page.addStyleTag({ content: '*, *::before, *::after { background: none !important }' });
    const pictures = await cellPictures(opened.page);
    expect(new Set(pictures).size).toBe(pictures.length);
  });
});
