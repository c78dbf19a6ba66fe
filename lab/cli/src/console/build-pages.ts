import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Context } from '../context.ts';
import { builtSite } from './built-site.ts';

const limitMs = 180_000;

/** Builds the pages where nobody has yet. Where that fails the server says in their place what to run. */
export async function buildPages({
  repoRoot,
  io,
  output,
  signal,
}: Pick<Context, 'repoRoot' | 'io' | 'output' | 'signal'>): Promise<void> {
  const program = join(repoRoot, 'site', 'bin', 'build.ts');
  // Written last: a build that was interrupted has left none.
  const isBuilt = existsSync(join(builtSite(repoRoot), 'site-policy.json'));
  if (isBuilt || !existsSync(program)) return;
  output.say('Building the pages, this once; that takes some seconds …');
  try {
    await promisify(execFile)(process.execPath, [program, '--quiet'], {
      cwd: repoRoot,
      env: { ...io.env },
      timeout: limitMs,
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    const words = error instanceof Error ? error.message.trim().split('\n').at(-1) : '';
    output.warn(`The pages could not be built: ${words}\n  Try: npm run build:site`);
  }
}
