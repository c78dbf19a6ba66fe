import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../launch-browser.ts';
import { openPage } from '../open-page.ts';
import { testedSite } from '../pages/built-pages.ts';
import { type Learner, startLearner } from './learner.ts';

// All of it, as one person goes through it: pages, terminal, editor, and a real stack under load.

const scenario = 'cache-stale-price';
const limitMs = 8 * 60_000;
/** Starting a stack and asking it for something new may take this long beside other work. */
const patienceMs = 60_000;

// The pages that the lab serves are built here, where no test has asked for them yet.
await testedSite();

let browser: Awaited<ReturnType<typeof launchBrowser>>;
let learner: Learner;
beforeAll(async () => {
  browser = await launchBrowser();
  learner = await startLearner();
});
afterAll(async () => {
  await browser?.close();
  await learner?.[Symbol.asyncDispose]();
});

const follow = async (page: Page, name: string | RegExp): Promise<void> => {
  const link = page.getByRole('main').getByRole('link', { name }).first();
  await link.waitFor();
  await link.click();
};

test(
  'a learner reads, predicts, starts, sees red, edits, sees green, and follows a failed check to its lesson',
  async () => {
    const started = await learner.types(`start ${scenario} --detach --no-input`);
    expect(started, started.err).toMatchObject({ exit: 0 });
    const { url } = JSON.parse((await learner.types('open --console --json')).out) as { url: string };
    await using opened = await openPage(browser, url, { width: 1_280, colours: 'light' });
    const { page } = opened;

    // Reads: from the session to its task, and on to the lesson.
    await follow(page, 'Read the task');
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).not.toBe('');
    expect(new URL(page.url()).pathname).toBe(`/scenarios/${scenario}/`);
    await follow(page, 'Its lesson');
    await expect.poll(() => new URL(page.url()).pathname).toBe('/lessons/caching/');
    await page.getByRole('button', { name: 'I have read this' }).click();

    // Predicts: nothing is shown before they have, and the page says how far off they were.
    const simulator = page.locator('lab-simulator-invalidation-race');
    await simulator.scrollIntoViewIfNeeded();
    await simulator.getByRole('spinbutton').first().fill('0');
    await simulator.getByRole('button', { name: 'Draw my prediction' }).click();
    await simulator.getByRole('button', { name: 'To the end' }).click();
    await expect.poll(() => simulator.locator('.sim-told').textContent()).toMatch(/^You said 0 /);
    expect(await simulator.locator('.sim-lab code').allTextContents()).toContain(`npx lab start ${scenario}`);

    // Watches the broken service live.
    await page.goto(new URL('/console/run/', url).href);
    const rate = page.locator('.strip-chart').first().locator('.legend b').first();
    await expect.poll(async () => Number(await rate.textContent()), { timeout: patienceMs }).toBeGreaterThan(10);

    // Sees red.
    const grading = learner.types(`grade ${scenario} --no-input`);
    const live = page.locator('.live-grade');
    await expect.poll(() => live.textContent(), { timeout: patienceMs }).toContain('Measuring:');
    const red = await grading;
    expect(red, red.err).toMatchObject({ exit: 1 });
    await expect.poll(() => live.textContent()).toMatch(/failed: \d+ of 100 points/);
    await live.getByRole('link', { name: 'See the result' }).click();
    await expect.poll(() => page.locator('.verdict').textContent()).toMatch(/^failed: \d+ of 100 points$/);
    const failed = page.locator('.check', { hasText: '✗ failed' }).first();
    expect(await failed.locator('dd').allTextContents()).toHaveLength(2 * (await failed.locator('.finding').count()));

    // Follows the failed check back to the paragraph that explains it.
    await failed.getByRole('link', { name: /^The lesson:/ }).click();
    await expect.poll(() => new URL(page.url()).hash).not.toBe('');
    const paragraph = page.locator(`[id="${new URL(page.url()).hash.slice(1)}"]`);
    await expect.poll(() => paragraph.evaluate((one) => one.getBoundingClientRect().top)).toBeLessThan(450);

    // Edits, and sees the service come back with the new code.
    await page.goto(new URL('/console/run/', url).href);
    await expect.poll(() => page.locator('.stream').textContent()).toBe('live');
    const files = await learner.repairs(scenario);
    expect(files.length).toBeGreaterThan(0);
    await expect
      .poll(() => page.locator('.feed li').allTextContents(), { timeout: patienceMs })
      .toContainEqual(expect.stringContaining('api-'));

    // Sees green, in the terminal and on the page.
    const green = await learner.types(`grade ${scenario} --no-input`);
    expect(green, green.err).toMatchObject({ exit: 0 });
    await page.goto(new URL('/console/', url).href);
    await follow(page, /^result of/);
    await expect.poll(() => page.locator('.verdict').textContent()).toBe('passed: 100 of 100 points');
    await page.goto(new URL('/progress/', url).href);
    await expect.poll(() => page.getByRole('row', { name: /proved.*cache-stale-price/ }).count()).toBeGreaterThan(0);
    expect(await page.getByRole('row', { name: /read.*lessons\/caching/ }).count()).toBe(1);

    expect((await learner.types('stop')).exit).toBe(0);
    expect(opened.refused).toEqual([]);
    expect(opened.complaints).toEqual([]);
  },
  limitMs,
);
