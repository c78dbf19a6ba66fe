import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyRepository } from '../../programs/copy-repository.ts';
import type { Places } from '../eyes/eyes.ts';

/** A checkout of this lab in a folder of its own. */
export interface Checkout extends Places, AsyncDisposable {
  readonly root: string;
}

/** Makes a checkout with a `.lab` of its own, so that nobody's session or workspace is touched. */
export async function makeCheckout(repoRoot: string, cacheDir: string): Promise<Checkout> {
  // As the kernel names it: processes are known by their folders.
  const root = await realpath(await mkdtemp(join(tmpdir(), 'brownout-kills-')));
  await copyRepository(repoRoot, root);
  const labDir = join(root, '.lab');
  const temporaryDir = join(root, 'temporary');
  await mkdir(labDir);
  await mkdir(temporaryDir);
  return {
    root,
    labDir,
    temporaryDir,
    cacheDir,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  };
}
