import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'astro';
import { readBuiltSite } from './built-site.ts';
import { deadLinks } from './dead-links.ts';
import { scriptPolicy } from './script-policy.ts';

const root = resolve(import.meta.dirname, '..', '..');

/** Where the pages are once they are built. */
export const builtFolder = join(root, 'dist');
/** Beside the pages; a server reads it, nobody is sent it. */
export const policyFile = 'site-policy.json';

/** Builds all pages into `dist`, the policy for their scripts among them. Resolves to what is wrong with their links. */
export async function buildSite({ isQuiet = false } = {}): Promise<string[]> {
  await rm(builtFolder, { recursive: true, force: true });
  // Pages show code and facts of other files: that a page itself has not changed says nothing.
  await build({ root, force: true, logLevel: isQuiet ? 'error' : 'info', mode: 'production' });
  const site = await readBuiltSite(builtFolder);
  await writeFile(join(builtFolder, policyFile), `${JSON.stringify(scriptPolicy(site.pages), null, 2)}\n`);
  return deadLinks(site);
}
