import process from 'node:process';
import { appendRecord } from './journal.ts';
import { reapRun } from './reap-run.ts';

// Runs in the guardian's process once the lab is gone: node: builtins only, so that it starts at once.

const runDir = process.argv[2];
if (!runDir) throw new Error('guardian-main needs the run folder');
const { left } = await reapRun(runDir);
if (left.length === 0) appendRecord(runDir, { event: 'end', by: 'guardian' });
process.exitCode = left.length === 0 ? 0 : 1;
