import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { schemaFiles } from '../src/schemas/index.ts';

// Writes lab/cli/schemas; with --check it writes nothing and exits 1 when a file is out of date.
const folder = join(import.meta.dirname, '..', 'schemas');
const wanted = schemaFiles();
const present = await readdir(folder).catch(() => []);
const stale: string[] = present.filter((name) => !wanted.has(name));
for (const [name, text] of wanted) {
  if (!isSame(await readFile(join(folder, name), 'utf8').catch(() => ''), text)) stale.push(name);
}

/** In content: how the files are laid out is the formatter's business. */
function isSame(present: string, wantedText: string): boolean {
  return present !== '' && JSON.stringify(JSON.parse(present)) === JSON.stringify(JSON.parse(wantedText));
}

if (process.argv.includes('--check')) {
  for (const name of stale)
    process.stderr.write(`lab/cli/schemas/${name} is out of date: npm run schemas -w @lab/cli\n`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  await mkdir(folder, { recursive: true });
  for (const name of stale) {
    const text = wanted.get(name);
    if (text === undefined) await rm(join(folder, name));
    else await writeFile(join(folder, name), text);
  }
}
