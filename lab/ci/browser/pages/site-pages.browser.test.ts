import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeProblems, sidewaysPx } from '../accessibility.ts';
import { launchBrowser } from '../launch-browser.ts';
import { openPage } from '../open-page.ts';
import { testedSite } from './built-pages.ts';

const { url, paths } = await testedSite();
const looks = paths.flatMap((path) => [1_280, 320].map((width) => ({ path, width })));

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

test.each(looks)('$path, $width px: axe finds nothing, light or dark, and nobody scrolls sideways', async (look) => {
  await using opened = await openPage(browser, `${url}${look.path}`, { width: look.width, colours: 'light' });
  const { page, requests, refused, complaints } = opened;
  // What is folded has to be fit to be read too.
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('main details')) (details as HTMLDetailsElement).open = true;
  });
  expect(await axeProblems(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
  expect(await axeProblems(page)).toEqual([]);
  expect(await sidewaysPx(page)).toBe(0);
  // Nothing broke the policy, nothing is missing, nothing was asked of others.
  expect(complaints).toEqual([]);
  expect(refused).toEqual([]);
  expect(requests.filter((address) => !address.startsWith(url))).toEqual([]);
});
