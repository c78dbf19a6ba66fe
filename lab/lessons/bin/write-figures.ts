import { resolve } from 'node:path';
import process from 'node:process';
import { writeFigures } from '../src/write-figures.ts';

// Writes lessons/figures/*.json from reports of grades, and the figures in the lessons.
process.exitCode = await writeFigures(process.argv.slice(2), {
  repoRoot: resolve(import.meta.dirname, '..', '..', '..'),
  print: (line) => void process.stdout.write(`${line}\n`),
});
