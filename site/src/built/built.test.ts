import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { deadLinks } from './dead-links.ts';
import { scriptPolicy } from './script-policy.ts';

const site = (html: string) => ({
  pages: [
    { path: '/', html },
    { path: '/a/', html: '<h2 id="there">A</h2><p id="x/y">B</p>' },
  ],
  files: new Set(['/index.html', '/a/index.html', '/x.css']),
});

test('links to pages, files and ids that are there are in order', () => {
  const html = `<link href="/x.css"><a href="/a/#there"></a><a href="a/#x/y"></a><a href="#own" id="own"></a><a href="https://x.invalid"></a>`;
  expect(deadLinks(site(html))).toEqual([]);
});

test('what is not there, what is there twice, and what is fetched elsewhere is named', () => {
  const html = `<a href="/b/"></a><a href="/a/#gone"></a><img src="https://x.invalid/a.png"><p id="p"></p><p id="p"></p>`;
  expect(deadLinks(site(html))).toEqual([
    '/ has the id p more than once.',
    '/ links to /b/, which is not there.',
    '/ links to /a/#gone: that page has no such id.',
    '/ asks for https://x.invalid/a.png, which is on another host.',
  ]);
});

test('every script of a page has its hash in the policy, and no other has', () => {
  const html = `<script>one()</script><script type="module" src="/x.js"></script><script type="module">two()</script><script>one()</script><script type="application/json">{}</script>`;
  const { scriptHashes, header } = scriptPolicy([{ path: '/', html }]);
  const hashes = ['one()', 'two()'].map((code) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`);
  expect(scriptHashes).toEqual(hashes.toSorted());
  expect(header).toContain(`script-src 'self' 'wasm-unsafe-eval' ${scriptHashes.join(' ')};`);
  expect(header).toContain("frame-ancestors 'none'");
  expect(header.split('; ')).toContain("worker-src 'self'");
});
