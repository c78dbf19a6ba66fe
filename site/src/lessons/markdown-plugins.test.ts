import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { markdownToHtml } from 'satteri';
import { expect, test } from 'vitest';
import { siteFacts } from '../testing/site-facts.ts';
import { lessonPlugins, pagePlugins } from './markdown-plugins.ts';

const repoRoot = resolve(import.meta.dirname, '..', '..', '..');

async function htmlOf(markdown: string): Promise<string> {
  const { html } = await markdownToHtml(markdown, {
    mdastPlugins: lessonPlugins(repoRoot, siteFacts),
    hastPlugins: pagePlugins(),
    fileURL: pathToFileURL(`${repoRoot}/lessons/one/index.md`),
  });
  return html;
}

test('a fence shows the code as it is in its file', async () => {
  const html = await htmlOf('```ts file=site/src/built/build-site.ts region=builtFolder\n```\n');
  expect(html).toContain('export const builtFolder = ');
});

test('a region that is not there makes no page', async () => {
  const markdown = '```ts file=site/src/built/build-site.ts region=nowhere\n```\n';
  await expect((async () => await htmlOf(markdown))()).rejects.toThrow('the region nowhere of site/src/built');
});

test('a section has the id of its check, and a line that leads to it', async () => {
  const html = await htmlOf('# One\n\n<a id="no-harm"></a>\n\n## Nothing is harmed\n\nText.\n');
  expect(html).toContain('<h2 id="no-harm">Nothing is harmed</h2>');
  expect(html).toContain('<p class="section-note" data-check="one-thing/no-harm">');
  expect(html).not.toContain('<h1>');
  expect(html).not.toContain('<a id=');
});

test('links to files and ids in code lead to pages; files without one are shown as paths', async () => {
  const html = await htmlOf(
    '[Two](../two/index.md#x), [read me](../../README.md), `one-thing/no-harm`, `else/where`\n',
  );
  expect(html).toContain('<a href="/lessons/two/#x">Two</a>');
  expect(html).toContain('read me (<code>README.md</code>)');
  expect(html).toContain('<a href="/scenarios/one-thing/#no-harm"><code>one-thing/no-harm</code></a>');
  expect(html).toContain('<code>else/where</code>');
});

test('a table can be scrolled by keyboard, and a simulator has its still', async () => {
  expect(await htmlOf('| a |\n| - |\n| b |\n')).toMatch(/<div class="table-scroll" tabindex="0"[^>]*><table>/);
  const html = await htmlOf('<lab-simulator-retries>\n\nWithout.\n\n</lab-simulator-retries>\n');
  expect(html).toMatch(/<lab-simulator-retries>\s*<div class="sim sim-still">/);
  expect(html).toContain('Without.');
});
