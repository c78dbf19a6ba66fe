import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Places } from '../eyes/eyes.ts';

/** A checkout of this lab in a folder of its own. */
export interface Checkout extends Places, AsyncDisposable {
  readonly root: string;
}

const linked = ['grader', 'scenarios', 'node_modules', 'package.json', 'tsconfig.base.json'];

/**
 * Makes a checkout with a `.lab` of its own, so that nobody's session or workspace is touched. The
 * command line is copied: it takes the checkout that it lies in for its own. All else is linked.
 */
export async function makeCheckout(repoRoot: string, cacheDir: string): Promise<Checkout> {
  // As the kernel names it: processes are known by their folders.
  const root = await realpath(await mkdtemp(join(tmpdir(), 'brownout-kills-')));
  for (const entry of linked) await symlink(join(repoRoot, entry), join(root, entry));
  await mkdir(join(root, 'lab'));
  for (const entry of await readdir(join(repoRoot, 'lab'))) {
    const [from, to] = [join(repoRoot, 'lab', entry), join(root, 'lab', entry)];
    if (entry === 'cli') await cp(from, to, { recursive: true });
    else await symlink(from, to);
  }
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
