import process from 'node:process';
import { resolveTools } from '../resolve-tools.ts';
import type { ToolName } from '../tool-types.ts';

// Run by a test as another user: `node resolve-in-process.ts <tool> <cache folder>`.
const [name, cacheDir = ''] = process.argv.slice(2);
const found = await resolveTools([name as ToolName], {
  cacheDir,
  signal: AbortSignal.timeout(200_000),
  env: process.env,
});
process.stdout.write(JSON.stringify(found));
