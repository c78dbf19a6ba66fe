import process from 'node:process';
import { appendRecord } from './journal.ts';
import { isAllGone, reapRun } from './reap-run.ts';

// Runs in the guardian's process once the lab is gone: node: builtins only, so that it starts at once.

const runDir = process.argv[2];
if (!runDir) throw new Error('guardian-main needs the run folder');
const isDone = isAllGone(await reapRun(runDir));
if (isDone) appendRecord(runDir, { event: 'end', by: 'guardian' });
process.exitCode = isDone ? 0 : 1;
