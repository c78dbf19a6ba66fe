import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadScenario } from '@lab/scenarios';
import { createWorkspace } from '@lab/workspace';

const repoRoot = resolve(import.meta.dirname, '..', '..', '..', '..');

export interface Checkout extends AsyncDisposable {
  readonly repoRoot: string;
  readonly labDir: string;
  /** The learner's folder of a scenario as it is at the start; resolves to its path. */
  makeWorkspace(scenario: string): Promise<string>;
}

/** A checkout of this lab with a `.lab` of its own, so that tests touch nobody's session or workspace. */
export async function makeCheckout(): Promise<Checkout> {
  const root = await mkdtemp(join(tmpdir(), 'lab-checkout-'));
  for (const entry of [
    'lab',
    'grader',
    'scenarios',
    'lessons',
    'site',
    'node_modules',
    'package.json',
    'tsconfig.base.json',
  ]) {
    await symlink(join(repoRoot, entry), join(root, entry));
  }
  return {
    repoRoot: root,
    labDir: join(root, '.lab'),
    makeWorkspace: async (scenario) => {
      const { dir } = await createWorkspace({ repoRoot: root, scenario: await loadScenario(scenario) });
      return dir;
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}
