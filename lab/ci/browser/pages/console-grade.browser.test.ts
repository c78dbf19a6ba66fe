import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeProblems } from '../accessibility.ts';
import { launchBrowser } from '../launch-browser.ts';
import { type OpenedPage, openPage } from '../open-page.ts';
import { signedIn, startConsole } from './console-lab.ts';
import { gradedRun } from './fake-answers.ts';
import type { FakeLab } from './fake-lab.ts';

// A grade beside the running session, as the live page shows it.

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const open = (lab: FakeLab): Promise<OpenedPage> =>
  openPage(browser, signedIn(lab, '/console/run/'), { width: 1_280, colours: 'light' });

const graded = gradedRun;
const check = { graded, title: 'A price that was replaced is not shown', points: 0, maxPoints: 60, experiments: 2 };
const pending = {
  ...check,
  id: 'stale-tea/stale-reads',
  status: 'pending',
  reached: 0,
  observed: null,
  expected: null,
};
const begun = { graded, state: 'begun', scenario: 'stale-tea', subject: 'workspace', seed: 7 };
const rows = (page: Page) => page.locator('.live-checks li').allTextContents();

test('is shown check by check, from pending to its verdict, with the way to its result', async () => {
  await using lab = await startConsole();
  await using opened = await open(lab);
  const { page } = opened;
  await expect.poll(() => lab.resumed.length).toBe(1);
  expect(await page.locator('.live-grade').isVisible()).toBe(false);
  lab.tell('grade', begun);
  lab.tell('check', pending);
  await expect.poll(() => rows(page)).toEqual([expect.stringMatching(/^· pending.*0 of 2 experiments$/)]);
  lab.tell('grade', { graded, state: 'measuring', phase: 'disturb', experiment: 'commit-held' });
  lab.tell('check', { ...pending, reached: 1 });
  await expect.poll(() => rows(page)).toEqual([expect.stringMatching(/1 of 2 experiments$/)]);
  await expect.poll(() => page.locator('.live-grade').textContent()).toContain('Measuring: disturb: commit-held.');
  lab.tell('check', {
    ...pending,
    status: 'failed',
    reached: 2,
    observed: '<b>4.2 s</b> old',
    expected: 'at most 1 s',
  });
  lab.tell('grade', { graded, state: 'judged', verdict: 'failed', score: 40, maxScore: 100, problem: null });
  await expect.poll(() => rows(page)).toEqual([expect.stringMatching(/^✗ failed.*Observed <b>4.2 s<\/b> old/)]);
  await expect
    .poll(() => page.locator('.live-grade b.is-failed').first().textContent())
    .toBe('failed: 40 of 100 points');
  await expect.poll(() => page.locator('[role=status].sr-only').textContent()).toContain('40 of 100 points');
  expect(await axeProblems(page)).toEqual([]);
  await page.getByRole('link', { name: 'See the result' }).click();
  await expect.poll(() => page.locator('.verdict').textContent()).toBe('failed: 40 of 100 points');
});

test('that the session does not see the end of is said to be cut', async () => {
  await using lab = await startConsole();
  await using opened = await open(lab);
  await expect.poll(() => lab.resumed.length).toBe(1);
  lab.tell('grade', begun);
  lab.tell('check', pending);
  lab.tell('bye', { reason: 'stopped' });
  await expect.poll(() => opened.page.locator('.live-grade').textContent()).toContain('before it was judged');
  expect(await rows(opened.page)).toHaveLength(1);
});
