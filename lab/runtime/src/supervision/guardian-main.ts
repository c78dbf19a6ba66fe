import { appendFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { JOURNAL_FILE } from './journal.ts';
import { reapRun } from './reap-run.ts';

// Runs in the guardian's process once the lab is gone: node: builtins only, so that it starts at once.

const runDir = process.argv[2];
if (!runDir) throw new Error('guardian-main needs the run folder');
const { left } = await reapRun(runDir);
if (left.length === 0) {
  const record = { event: 'end', by: 'guardian', atWallMs: Date.now() };
  // A line cut short by the crash must not swallow this one.
  appendFileSync(path.join(runDir, JOURNAL_FILE), `\n${JSON.stringify(record)}\n`);
}
process.exitCode = left.length === 0 ? 0 : 1;
