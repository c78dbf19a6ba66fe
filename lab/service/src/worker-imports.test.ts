import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const IMPORT = /^(?:import|export)\s(?!type\b)(?:[^'";]*?\sfrom\s)?'([^']+)'/gm;

/** Names of all modules that a program loads, its own by their address. */
async function loadedBy(module: URL, seen = new Set<string>()): Promise<ReadonlySet<string>> {
  seen.add(module.href);
  for (const [, name = ''] of (await readFile(module, 'utf8')).matchAll(IMPORT)) {
    const target = name.startsWith('.') ? new URL(name, module) : undefined;
    if (target === undefined) seen.add(name);
    else if (!seen.has(target.href)) await loadedBy(target, seen);
  }
  return seen;
}

test('the worker loads the job queue’s library, and the API does not', async () => {
  const program = (name: string) => loadedBy(new URL(`../bin/${name}.ts`, import.meta.url));
  expect(await program('worker')).toContain('bullmq');
  expect(await program('api')).not.toContain('bullmq');
  expect(await program('api')).toContain('express');
});
