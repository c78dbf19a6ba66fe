import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeProblems, sidewaysPx } from '../accessibility.ts';
import { walkByKeyboard } from '../keyboard.ts';
import { launchBrowser } from '../launch-browser.ts';
import { type Look, looks, type OpenedPage, openPage } from '../open-page.ts';
import {
  gzippedBytes,
  type SimulatorId,
  type SimulatorSite,
  simulatorIds,
  startSimulatorSite,
} from './simulator-site.ts';

let browser: Browser;
let site: SimulatorSite;
beforeAll(async () => {
  site = await startSimulatorSite();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await site?.[Symbol.asyncDispose]();
});

const wide: Look = { width: 1_280, colours: 'light' };

async function open(id: SimulatorId, query = '', look = wide): Promise<OpenedPage> {
  const opened = await openPage(browser, site.pageOf(id, query), look);
  await opened.page.locator('.sim').waitFor();
  return opened;
}

const focusedText = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');
const momentOf = async (page: Page) => Number(await page.getByRole('slider', { name: 'Moment' }).inputValue());

async function tabTo(page: Page, words: string, most = 60): Promise<number> {
  for (let keys = 1; keys <= most; keys += 1) {
    await page.keyboard.press('Tab');
    if ((await focusedText(page)).trim() === words) return keys;
  }
  throw new Error(`“${words}” is not reached with ${most} keys.`);
}

test.each(simulatorIds)('%s is used by keyboard alone, from the prediction to another setting', async (id) => {
  await using opened = await open(id);
  const { page } = opened;
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe(`sim-${id}-guess`);
  expect(await page.locator('.sim-result').isVisible()).toBe(false);
  expect(await axeProblems(page)).toEqual([]);
  await page.keyboard.type('12');
  await page.keyboard.press('Enter');

  // Nothing moves by itself for who does not want it, and the focus is on what goes on.
  expect(await focusedText(page)).toBe('Next event');
  expect(await momentOf(page)).toBe(0);
  await page.keyboard.press('Enter');
  const first = await momentOf(page);
  await page.keyboard.press('Enter');
  expect(await momentOf(page)).toBeGreaterThanOrEqual(first);
  await tabTo(page, 'To the end');
  await page.keyboard.press('Enter');
  await expect
    .poll(() => page.locator('.sim-told').textContent())
    .toMatch(/^You said 12 \w+(?:; it is \d+|, and so it is)\.$/);
  expect(await page.locator('svg .sim-guess').count()).toBe(1);

  await tabTo(page, 'The state as a table');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('.sim-state tbody tr').count()).toBeGreaterThan(3);

  const picture = await page.locator('.sim-figure svg').innerHTML();
  while (!(await page.evaluate(() => document.activeElement?.matches('[type=radio]'))))
    await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.locator('.sim-figure svg').innerHTML()).not.toBe(picture);
  expect(opened.complaints).toEqual([]);
});

test.each(simulatorIds)(
  '%s: all stops of the Tab key show where the focus is, and no control is left out',
  async (id) => {
    await using opened = await open(id, `${prefixOf(id)}.guess=12`);
    const { stops, problems } = await walkByKeyboard(opened.page);
    // Of radio buttons that belong together Tab stops at one, and the arrow keys choose.
    const others = await opened.page.locator('[type=radio]:not(:checked)').count();
    expect(problems).toEqual(new Array(others).fill('input “” cannot be reached with Tab.'));
    expect(stops.length).toBeGreaterThan(15);
  },
);

test.each(simulatorIds.flatMap((id) => looks.map((look) => [id, look.width, look.colours, look] as const)))(
  '%s at %i px, %s: axe finds nothing with everything unfolded, and nobody scrolls sideways',
  async (id, _width, _colours, look) => {
    await using opened = await open(id, '', look);
    const { page } = opened;
    await page.getByRole('button', { name: 'Skip' }).click();
    await page.getByRole('button', { name: 'To the end' }).click();
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await axeProblems(page)).toEqual([]);
    expect(await sidewaysPx(page)).toBe(0);
    expect(opened.complaints).toEqual([]);
  },
);

test.each(simulatorIds)('%s: the link to a state leads back to it', async (id) => {
  await using opened = await open(id, `${prefixOf(id)}.guess=7`);
  const { page } = opened;
  await page.locator('.sim-sides select').first().selectOption({ index: 2 });
  const [href, picture] = [
    await page.getByRole('link', { name: 'Link to this state' }).getAttribute('href'),
    await page.locator('.sim-figure svg').innerHTML(),
  ];
  await expect.poll(() => page.url()).toBe(href);
  await using again = await openPage(browser, href ?? '', wide);
  await expect.poll(() => again.page.locator('.sim-figure svg').innerHTML()).toBe(picture);
});

test('what an address says wrongly is told, and what it says beside that is kept', async () => {
  await using opened = await open('rate-limiting', 'other=1&limits.load=1000&limits.seed=7#here');
  const { page } = opened;
  expect(await page.locator('.sim-problem').allTextContents()).toEqual([
    'limits.load is “1000”, and should be a number from 2 to 60. 20 is used.',
  ]);
  await page.getByRole('button', { name: 'Skip' }).click();
  await expect.poll(() => new URL(page.url()).search).toBe('?other=1&limits.seed=7&limits.guess=skipped');
  expect(new URL(page.url()).hash).toBe('#here');
});

test('who does not mind motion sees it run, stops it, and goes on', async () => {
  await using opened = await open('retries', 'retries.guess=12');
  const { page } = opened;
  expect(await page.getByRole('button', { name: 'Run' }).isVisible()).toBe(false);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.getByRole('button', { name: 'Run' }).click();
  const end = Number(await page.getByRole('slider', { name: 'Moment' }).getAttribute('max'));
  await expect.poll(async () => (await momentOf(page)) > 0 && (await momentOf(page)) < end).toBe(true);
  await page.getByRole('button', { name: 'Pause' }).click();
  const paused = await momentOf(page);
  await page.waitForTimeout(200);
  expect(await momentOf(page)).toBe(paused);
  await page.getByRole('button', { name: 'Run' }).click();
  await expect.poll(() => momentOf(page)).toBeGreaterThan(paused);
});

test('however many events there are, the summary is spoken once, and not again within five seconds', async () => {
  await using opened = await open('rate-limiting', 'limits.guess=12');
  const { page } = opened;
  await expect.poll(() => page.getByRole('status').textContent()).toMatch(/^At 8/);
  const spoken = await page.evaluate(async () => {
    const status = document.querySelector('[role=status]') as HTMLElement;
    const reset = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Reset');
    const next = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Next event');
    let changes = 0;
    new MutationObserver(() => {
      changes += 1;
    }).observe(status, { childList: true, characterData: true, subtree: true });
    reset?.click();
    for (let count = 0; count < 20; count += 1) {
      next?.click();
      await new Promise((done) => setTimeout(done, 50));
    }
    return changes;
  });
  expect(spoken).toBe(0);
  expect(await page.locator('.sim-summary').textContent()).not.toMatch(/^At 8/);
  await expect.poll(() => page.getByRole('status').textContent()).not.toMatch(/^At 8/);
});

test.each(simulatorIds)('%s on paper is the picture of the end, its caption and all parameters', async (id) => {
  await using opened = await open(id);
  const { page } = opened;
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  expect(await page.locator('.sim-figure svg').isVisible()).toBe(true);
  expect(await page.locator('figcaption').isVisible()).toBe(true);
  expect(await page.locator('.sim-printed dt').count()).toBeGreaterThan(3);
  expect(await page.locator('.sim-printed').isVisible()).toBe(true);
  const shown = await page.locator('.sim :is(button, input, select)').all();
  expect((await Promise.all(shown.map((one) => one.isVisible()))).filter(Boolean)).toEqual([]);
  expect(Number(await page.locator('.sim-time input').inputValue())).toBeGreaterThan(0);
});

test('the code of the frame and the kernel, and that of each simulator, are small', async () => {
  const src = 'lab/simulators/src';
  const kernel = await gzippedBytes([`${src}/kernel`, `${src}/frame`, `${src}/drawing`]);
  expect(kernel).toBeLessThan(12_000);
  const own = await Promise.all(
    ['limits', 'stampede', 'race', 'retries'].map(async (folder) => {
      const policies = folder === 'limits' ? ['lab/service/src/limits/algorithms'] : [];
      return await gzippedBytes([`${src}/${folder}`, 'site/src/simulators', ...policies]);
    }),
  );
  expect(Math.max(...own)).toBeLessThan(15_000);
});

function prefixOf(id: SimulatorId): string {
  return { 'rate-limiting': 'limits', 'cache-stampede': 'stampede', 'invalidation-race': 'race', retries: 'retries' }[
    id
  ];
}
