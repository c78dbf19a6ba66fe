import process from 'node:process';
import { main } from '../main.ts';

// A lab in a process of its own, for tests that send it signals: repository, `.lab`, then the command line.
const [repoRoot = '', labDir = '', ...argv] = process.argv.slice(2);
process.exitCode = await main(argv, { env: process.env }, { repoRoot, labDir });
