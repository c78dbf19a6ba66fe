import { join, resolve } from 'node:path';
import process from 'node:process';
import { main } from '../src/service/main.ts';

// `npm run bench:service`: measures ShelfWise on this machine, beside a naive variant and beside libraries.
const repoRoot = resolve(import.meta.dirname, '..', '..', '..');
const { stdout, stderr, env } = process;
const io = { stdout, stderr, env, cwd: process.cwd(), signals: process };
process.exitCode = await main(process.argv.slice(2), io, { repoRoot, labDir: join(repoRoot, '.lab') });
