import { join, resolve } from 'node:path';
import process from 'node:process';
import { main } from '../src/figures/main.ts';

// `npm run bench`: measures this lab on this machine.
const repoRoot = resolve(import.meta.dirname, '..', '..', '..');
const { stdout, stderr, env } = process;
const io = { stdout, stderr, env, cwd: process.cwd(), signals: process };
process.exitCode = await main(process.argv.slice(2), io, { repoRoot, labDir: join(repoRoot, '.lab') });
