import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeProblems, sidewaysPx } from '../accessibility.ts';
import { launchBrowser } from '../launch-browser.ts';
import { openPage } from '../open-page.ts';
import { signedIn, startConsole } from './console-lab.ts';
import { gradedRun } from './fake-answers.ts';

// Files of the workspace open in the learner's own editor, on the order of a page.

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const wide = { width: 1_280, colours: 'light' } as const;
const button = (page: Page, name: string) => page.getByRole('button', { name: `Open ${name} in your editor` });

test('the live run opens the files to read first, and the place where the code is wrong', async () => {
  await using lab = await startConsole();
  await using opened = await openPage(browser, signedIn(lab, '/console/run/'), wide);
  const { page } = opened;
  await button(page, 'src/kettle.ts').focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => lab.orders).toEqual([{ scenario: 'stale-tea', id: '0000000000000001' }]);
  await expect.poll(() => page.getByText('src/kettle.ts is open in code.').count()).toBe(1);
  const problem = { message: 'x is not a function', file: 'src/cup.ts', line: 12 };
  lab.tell('change', { name: 'code', state: 'broken', problem });
  await button(page, 'src/cup.ts:12').click();
  await expect.poll(() => lab.orders.at(-1)).toEqual({ scenario: 'stale-tea', id: '0000000000000002', line: 12 });
  lab.tell('change', { name: 'code', state: 'boots', problem: null });
  await expect.poll(() => button(page, 'src/cup.ts:12').isVisible()).toBe(false);
});

test('where the editor needs a terminal the page says what to type', async () => {
  const error = {
    message: 'Your editor, vim, needs a terminal. Type:',
    hint: 'npx lab open stale-tea --file src/kettle.ts',
  };
  await using lab = await startConsole({ '/api/open': { error } });
  const narrow = { width: 320, colours: 'dark' } as const;
  await using opened = await openPage(browser, signedIn(lab, `/console/result/?run=${gradedRun}`), narrow);
  const { page } = opened;
  await button(page, 'src/kettle.ts').click();
  await expect.poll(() => page.locator('.note pre').textContent()).toBe(error.hint);
  expect(await axeProblems(page)).toEqual([]);
  expect(await sidewaysPx(page)).toBe(0);
});

test('without a workspace nothing is offered', async () => {
  await using lab = await startConsole({ '/api/files/stale-tea': undefined });
  await using opened = await openPage(browser, signedIn(lab, '/console/run/'), wide);
  await expect.poll(() => opened.page.getByRole('button', { name: 'Switch on' }).count()).toBe(1);
  await expect.poll(() => opened.requests.some((address) => address.endsWith('/api/files/stale-tea'))).toBe(true);
  expect(await opened.page.getByText('Your files').isVisible()).toBe(false);
});
