import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dark, light } from '../../../../grader/judge/src/render/html/palette.ts';
import { axeProblems, sidewaysPx } from '../accessibility.ts';
import { coloursOf } from '../colours.ts';
import { walkByKeyboard } from '../keyboard.ts';
import { launchBrowser } from '../launch-browser.ts';
import { looks, openPage } from '../open-page.ts';
import { type ReportPages, reportNames, writeReportPages } from './report-pages.ts';

let browser: Browser;
let pages: ReportPages;
beforeAll(async () => {
  pages = await writeReportPages();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await pages?.[Symbol.asyncDispose]();
});

const narrow = { width: 360, colours: 'light' } as const;
const small = reportNames.filter((name) => name !== 'crowded');
const everyWay = reportNames
  .flatMap((name) => looks.map((look) => ({ name, ...look })))
  // In a large page axe takes its time, and finds what it finds in a small one: two looks of it are enough.
  .filter(({ name, width, colours }) => name !== 'crowded' || (width === 360) === (colours === 'dark'));

test.each(everyWay)(
  '$name, $width px, $colours: axe finds nothing, and nobody scrolls sideways',
  async ({ name, ...look }) => {
    await using opened = await openPage(browser, pages.urlOf(name), look);
    expect(await sidewaysPx(opened.page)).toBe(0);
    // What is folded has to be fit to be read too.
    for (const summary of await opened.page.locator('summary').all()) await summary.click();
    expect(await axeProblems(opened.page)).toEqual([]);
    expect(await sidewaysPx(opened.page)).toBe(0);
  },
);

test.each(reportNames)('%s: the page asks for nothing, and its console stays empty', async (name) => {
  await using opened = await openPage(browser, pages.urlOf(name), narrow);
  expect(opened.requests).toEqual([pages.urlOf(name)]);
  expect(opened.complaints).toEqual([]);
});

test.each(small)('%s: Tab reaches everything, and shows where it is', async (name) => {
  for (const colours of ['light', 'dark'] as const) {
    await using opened = await openPage(browser, pages.urlOf(name), { width: 360, colours });
    const { stops, problems } = await walkByKeyboard(opened.page);
    expect(problems).toEqual([]);
    expect(stops[0]).toBe('a “To the report”');
  }
});

test.each(small)('%s: the page says the same without JavaScript', async (name) => {
  await using opened = await openPage(browser, pages.urlOf(name), narrow);
  await using bare = await openPage(browser, pages.urlOf(name), { ...narrow, scripts: false });
  const text = await bare.page.locator('body').textContent();
  expect(text).toContain('stale-reads');
  expect(text).toBe(await opened.page.locator('body').textContent());
});

test.each([
  ['light', light],
  ['dark', dark],
] as const)('%s: the dots of the picture have the colours of the palette', async (colours, palette) => {
  await using opened = await openPage(browser, pages.urlOf('failed'), { width: 1_280, colours });
  const dots = opened.page.locator('.legend svg');
  const seen = await Promise.all((await dots.all()).map(coloursOf));
  for (const [index, colour] of [palette.fail, palette.unsure, palette.ink].entries()) {
    expect(seen[index + 2]).toContain(colour);
  }
  expect([...(seen[0] ?? []), ...(seen[1] ?? [])]).not.toContain('#000000');
});

test.each(small)('%s: no word of the picture is cut off on a phone', async (name) => {
  await using opened = await openPage(browser, pages.urlOf(name), narrow);
  const cut = await opened.page
    .locator('.picture text')
    .evaluateAll((texts) =>
      texts
        .filter(
          (text) => text.getBoundingClientRect().right > (text.closest('.picture')?.getBoundingClientRect().right ?? 0),
        )
        .map((text) => text.textContent),
    );
  expect(cut).toEqual([]);
});
