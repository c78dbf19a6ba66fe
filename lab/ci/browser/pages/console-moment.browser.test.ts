import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../launch-browser.ts';
import { type OpenedPage, openPage } from '../open-page.ts';
import { signedIn, startConsole, ticks } from './console-lab.ts';
import { gradedRun } from './fake-answers.ts';
import type { FakeLab } from './fake-lab.ts';

// A moment of a run has an address, from which its charts open with the cursor there.

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const open = (lab: FakeLab, path: string, moment = ''): Promise<OpenedPage> =>
  openPage(browser, `${signedIn(lab, path)}${moment}`, { width: 1_280, colours: 'light' });
const row = (page: Page) => page.locator('.moment').textContent();
const fragment = (page: Page): string => new URL(page.url()).hash;
const figures = (page: Page) => page.locator('.strip-chart').nth(1).locator('.legend b').allTextContents();
const cursors = (page: Page) =>
  page
    .locator('.chart-strip')
    .first()
    .locator('.u-cursor-x')
    .evaluateAll((all) => all.map((one) => (one as HTMLElement).style.transform));

test.each([
  ['the replay', `/console/replay/?run=${gradedRun}`],
  ['the result', `/console/result/?run=${gradedRun}`],
])('%s opens at the moment of its address, with the figures of that second', async (_what, path) => {
  await using lab = await startConsole();
  await using opened = await open(lab, path, '&t=12.4');
  const { page } = opened;
  await expect.poll(() => row(page)).toContain('Cursor at 0:12');
  expect(await figures(page)).toEqual(['4', '12', '240']);
  const [first, ...others] = await cursors(page);
  expect(first).not.toContain('-10px');
  expect(new Set(others)).toEqual(new Set([first]));
  expect(fragment(page)).toBe('#t=12.4');
  expect(page.url()).not.toContain(lab.token);
  await expect
    .poll(() =>
      page
        .locator('.chart-strip')
        .first()
        .evaluate((strip) => strip.getBoundingClientRect().top),
    )
    .toBeLessThan(200);
  // Another moment of the same page.
  await page.evaluate(() => {
    location.hash = '#t=3';
  });
  await expect.poll(() => figures(page)).toEqual(['4', '12', '30']);
});

test('the cursor stands at its moment, and stays there while the charts move on below it', async () => {
  await using lab = await startConsole();
  ticks(lab, 100);
  await using opened = await open(lab, '/console/run/', '&t=12');
  const { page } = opened;
  const chart = page.locator('.strip-chart').nth(1);
  const share = async (): Promise<number> => {
    const line = await chart.locator('.u-cursor-x').boundingBox();
    const over = await chart.locator('.u-over').boundingBox();
    return line === null || over === null ? Number.NaN : (line.x - over.x) / over.width;
  };
  await expect.poll(() => figures(page)).toEqual(['5', '–', '52']);
  await expect.poll(share).toBeCloseTo(12 / 99, 2);
  ticks(lab, 50);
  await expect.poll(share).toBeCloseTo(12 / 149, 2);
});

test('the live run opens there too, and says where the charts do not reach', async () => {
  await using lab = await startConsole();
  ticks(lab, 30);
  await using opened = await open(lab, '/console/run/', '&t=7');
  await expect.poll(() => row(opened.page)).toContain('Cursor at 0:07');
  await expect.poll(() => figures(opened.page)).toEqual(['5', '–', '47']);
  await using far = await open(lab, '/console/run/', '&t=4000');
  await expect.poll(() => row(far.page)).toContain('Cursor at 66:40, outside of what is shown');
});

test('a link to the moment is copied by keyboard, holds no token, and leads there', async () => {
  await using lab = await startConsole();
  await using opened = await open(lab, `/console/replay/?run=${gradedRun}`);
  const { page } = opened;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const plot = page.getByRole('slider', { name: /^Latency.*This run/ });
  await plot.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('PageUp');
  await expect.poll(() => fragment(page)).toBe('#t=10');
  await page.getByRole('button', { name: 'Copy link to this moment' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('.moment [role=status]').textContent()).toBe('Copied.');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(`${lab.url}/console/replay/?run=${gradedRun}#t=10`);
  await plot.focus();
  await page.keyboard.press('Escape');
  expect(fragment(page)).toBe('');
  await page.goto(link);
  await expect.poll(() => row(page)).toContain('Cursor at 0:10');
});

test('from the live run the link leads to the replay, which outlives the session', async () => {
  await using lab = await startConsole();
  ticks(lab, 30);
  await using opened = await open(lab, '/console/run/', '&t=7');
  const { page } = opened;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await expect.poll(() => page.locator('.stream').textContent()).toBe('live');
  await page.getByRole('button', { name: 'Copy link to this moment' }).click();
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toBe(`${lab.url}/console/replay/?run=20260101-000001-0000#t=7`);
});

test('a click keeps the cursor where it is when the pointer leaves', async () => {
  await using lab = await startConsole();
  await using opened = await open(lab, `/console/replay/?run=${gradedRun}`);
  const { page } = opened;
  const plot = page.getByRole('slider', { name: /^Latency.*This run/ });
  await plot.hover();
  await page.mouse.move(0, 0);
  await expect.poll(() => cursors(page).then(([first]) => first)).toContain('-10px');
  await plot.click();
  await page.mouse.move(0, 0);
  await expect.poll(() => row(page)).toMatch(/Cursor at 0:\d\d/);
  expect((await cursors(page))[0]).not.toContain('-10px');
});

test('each check of a result leads to its moment of the replay', async () => {
  await using lab = await startConsole();
  await using opened = await open(lab, `/console/result/?run=${gradedRun}`);
  const links = opened.page.getByRole('link', { name: /^Replay “/ });
  await expect.poll(() => links.count()).toBe(2);
  expect(await links.evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).hash))).toEqual([
    '#t=12.4',
    '#t=2',
  ]);
  await links.first().click();
  await expect.poll(() => row(opened.page)).toContain('Cursor at 0:12');
});
