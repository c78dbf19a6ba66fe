import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const IMPORT = /^(?:import|export)\s(?!type\b)(?:[^'";]*?\sfrom\s)?'([^']+)'/gm;

/** Names of all modules that are loaded with this one, its own by their address. */
async function loadedBy(module: URL, seen = new Set<string>()): Promise<ReadonlySet<string>> {
  seen.add(module.href);
  for (const [, name = ''] of (await readFile(module, 'utf8')).matchAll(IMPORT)) {
    const target = name.startsWith('.') ? new URL(name, module) : undefined;
    if (target === undefined) seen.add(name);
    else if (!seen.has(target.href)) await loadedBy(target, seen);
  }
  return seen;
}

const HEAVY = /^(?:@aws-sdk\/|sharp$|file-type$)/;

test.each(['uploads-feature.ts', 'uploads-work.ts'])('%s loads no heavy library before it is used', async (file) => {
  const loaded = await loadedBy(new URL(file, import.meta.url));
  expect(loaded).toContain('zod');
  expect([...loaded].filter((name) => HEAVY.test(name))).toEqual([]);
});

test('images are decoded in no process but their own', async () => {
  expect(await loadedBy(new URL('content/image-main.ts', import.meta.url))).toContain('sharp');
});
