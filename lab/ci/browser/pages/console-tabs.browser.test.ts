import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../launch-browser.ts';
import { type OpenedPage, openPage } from '../open-page.ts';
import { signedIn, startConsole, ticks } from './console-lab.ts';
import type { FakeLab } from './fake-lab.ts';

// However many tabs show the session, the lab sends its events once; further tabs get the token from the first.

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const stream = (page: Page) => page.locator('.stream').textContent();
const changes = (page: Page) => page.locator('.feed li').allTextContents();
const ways = [
  ['a shared worker', 'function', () => undefined],
  [
    'a channel, where there are no shared workers',
    'undefined',
    () => void Reflect.deleteProperty(globalThis, 'SharedWorker'),
  ],
] as const;

/** A tab of this browser that was handed the token, on the live run. */
async function openFirst(lab: FakeLab, prepare: () => void): Promise<OpenedPage> {
  const opened = await openPage(browser, `${lab.url}/console/doctor/`, { width: 1_280, colours: 'light' });
  await opened.page.context().addInitScript(prepare);
  await opened.page.goto(signedIn(lab, '/console/run/'));
  await expect.poll(() => stream(opened.page)).toBe('live');
  return opened;
}

describe.each(ways)('with %s', (_what, kind, prepare) => {
  test('two tabs share one stream and one token, and both are told everything', async () => {
    await using lab = await startConsole();
    ticks(lab, 40);
    lab.tell('change', { name: 'load', state: 'paused' });
    await using opened = await openFirst(lab, prepare);
    const second = await opened.page.context().newPage();
    await second.goto(`${lab.url}/console/run/`);
    await expect.poll(() => stream(second)).toBe('live');
    await expect.poll(() => changes(second)).toEqual(['0:40The load is paused']);
    lab.tell('change', { name: 'load', state: 'running' });
    for (const page of [opened.page, second]) {
      await expect.poll(() => changes(page)).toEqual(['0:41The load is running', '0:40The load is paused']);
    }
    expect(lab.resumed).toEqual([null]);
    expect(await second.evaluate(() => typeof SharedWorker)).toBe(kind);
  });

  test('when the first tab is closed, the second goes on without a gap', async () => {
    await using lab = await startConsole();
    await using opened = await openFirst(lab, prepare);
    const second = await opened.page.context().newPage();
    await second.goto(`${lab.url}/console/run/`);
    lab.tell('change', { name: 'load', state: 'paused' });
    await expect.poll(() => changes(second)).toHaveLength(1);
    await opened.page.close();
    lab.tell('change', { name: 'load', state: 'running' });
    await expect.poll(() => changes(second)).toEqual(['0:01The load is running', '0:00The load is paused']);
  });

  test('a page without the session gets the token too', async () => {
    await using lab = await startConsole();
    await using opened = await openFirst(lab, prepare);
    const second = await opened.page.context().newPage();
    await second.goto(`${lab.url}/console/doctor/`);
    await expect.poll(() => second.locator('.verdict').count()).toBe(1);
  });
});

test('a tab of another browser gets no token from these', async () => {
  await using lab = await startConsole();
  await using _opened = await openFirst(lab, () => undefined);
  await using other = await openPage(browser, `${lab.url}/console/run/`, { width: 1_280, colours: 'light' });
  await expect.poll(() => other.page.locator('.note').textContent()).toContain('npx lab open --console');
});

test('the policy lets the worker of the pages run, and none that a script would make up', async () => {
  await using lab = await startConsole();
  await using opened = await openFirst(lab, () => undefined);
  expect(opened.complaints.filter((text) => /policy/i.test(text))).toEqual([]);
  const ran = await opened.page.evaluate(
    () =>
      new Promise((resolve) => {
        try {
          const made = new Worker(URL.createObjectURL(new Blob(['postMessage("ran")'])));
          made.addEventListener('message', () => resolve(true));
          made.addEventListener('error', () => resolve(false));
        } catch {
          // Refused at once.
          resolve(false);
        }
      }),
  );
  expect(ran).toBe(false);
});
