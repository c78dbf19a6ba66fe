import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { TestedSite } from './browser/pages/built-pages.ts';
import { serveFolder } from './serve-folder.ts';

const repoRoot = resolve(import.meta.dirname, '..', '..');
const builder = resolve(repoRoot, 'site', 'bin', 'build.ts');

/** Pages that were built for the tests, served on loopback. */
export interface BuiltSitePart {
  readonly part: AsyncDisposable;
  readonly facts: TestedSite;
}

/**
 * Builds the site in a process of its own, since the tests' own bundler would be in its way, and serves it. Throws with
 * what the build said where it failed, or where a page links to something that is not there.
 */
export async function startBuiltSite(): Promise<BuiltSitePart> {
  const child = spawn(process.execPath, [builder, '--quiet'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  if (exitCode !== 0) throw new Error(`The site could not be built (exit ${exitCode}):\n${said}`);
  const folder = resolve(repoRoot, 'site', 'dist');
  const part = await serveFolder(folder, 'site-policy.json');
  return { part, facts: { url: part.url, paths: await pagesIn(folder) } };
}

async function pagesIn(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  const pages = files.filter((file) => file.endsWith('.html')).map((file) => `/${file.replace(/index\.html$/, '')}`);
  return pages.sort();
}
