import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeProblems, sidewaysPx } from './accessibility.ts';
import { walkByKeyboard } from './keyboard.ts';
import { launchBrowser } from './launch-browser.ts';
import { type OpenedPage, openPage } from './open-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const ring = '<style>:focus-visible { outline: 3px solid #0b57a4 }</style>';

function open(body: string): Promise<OpenedPage> {
  const page = `<!doctype html><html lang="en"><head><title>Planted</title></head><body><main><h1>Planted</h1>${body}</main></body></html>`;
  return openPage(browser, `data:text/html,${encodeURIComponent(page)}`, { width: 360, colours: 'light' });
}

test('a page without defects has none', async () => {
  await using opened = await open(
    `${ring}<style>input, summary, a { min-height: 24px; line-height: 24px; display: block }</style><label>Name <input></label><details><summary>More</summary><a href="#a">A</a></details>`,
  );
  expect(await axeProblems(opened.page)).toEqual([]);
  expect(await sidewaysPx(opened.page)).toBe(0);
  const walk = await walkByKeyboard(opened.page);
  expect(walk.problems).toEqual([]);
  expect(walk.stops.map((stop) => stop.split(' ')[0])).toEqual(['input', 'summary', 'a']);
  // From the top again, not from where the first walk ended.
  expect((await walkByKeyboard(opened.page)).stops).toHaveLength(3);
});

test.each([
  ['a text that is too pale', '<p style="color: #aaa">Pale</p>', 'color-contrast'],
  ['a field without a label', '<input>', 'label'],
  ['a heading that skips a level', '<h4>Deep</h4>', 'heading-order'],
  [
    'a link that is too small to hit',
    '<p><a href="#a" style="font-size: 8px">A</a><a href="#b" style="font-size: 8px">B</a></p>',
    'target-size',
  ],
])('axe names %s', async (_what, body, rule) => {
  await using opened = await open(body);
  expect((await axeProblems(opened.page)).map((problem) => problem.split(':')[0])).toContain(rule);
});

test.each([
  ['a focus that does not show', '<style>:focus { outline: none }</style><a href="#a">A</a>', /^a “A” does not show/],
  [
    'a focus that is cut off',
    `${ring}<p style="overflow: clip"><a href="#a" style="display: block; outline-offset: 2px">A</a></p>`,
    /^a “A” does not show/,
  ],
  [
    'a link below something else',
    `${ring}<a href="#a">A</a><p style="position: fixed; inset: 0; background: #fff">All</p>`,
    /^a “A” has the focus outside/,
  ],
  [
    'a button that Tab passes by',
    `${ring}<a href="#a">A</a><button tabindex="-1">B</button>`,
    /^button “B” cannot be reached/,
  ],
])('the walk with Tab names %s', async (_what, body, words) => {
  await using opened = await open(body);
  expect((await walkByKeyboard(opened.page)).problems).toEqual([expect.stringMatching(words)]);
});

test('a page that is wider than its window is measured', async () => {
  await using opened = await open('<p style="width: 500px">Wide</p>');
  expect(await sidewaysPx(opened.page)).toBeGreaterThan(100);
});

test('what a page complains of, and asks for elsewhere, is kept; nothing elsewhere is opened', async () => {
  const address = 'https://elsewhere.example/picture.png';
  await using opened = await open(`<img alt="" src="${address}"><script>console.warn('Beware'); undefined.x;</script>`);
  await expect.poll(() => opened.refused).toEqual([address]);
  expect(opened.complaints).toContain('Beware');
  expect(opened.complaints).toContainEqual(expect.stringContaining('undefined'));
  await expect(openPage(browser, address, { width: 360, colours: 'light' })).rejects.toThrow('only files and loopback');
});
