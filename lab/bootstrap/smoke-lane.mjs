import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { REPO_ROOT } from './hand-over.mjs';
import { laneEnvironment } from './lane-command.mjs';
import { runQuietly } from './run-child.mjs';

const START = ['npm', 'start', '--', 'cache-stale-price', '--detach', '--no-input'];
const START_LIMIT_MS = 15 * 60_000;
const STOP_LIMIT_MS = 60_000;

/** What a newcomer does: clone the last commit, start a scenario, stop it. */
export const smokeLane = {
  name: 'a fresh clone starts',
  async run() {
    // Outside the repository: inside it, packages that the clone lacks would be found above it.
    const folder = mkdtempSync(path.join(os.tmpdir(), 'brownout-smoke-'));
    const clone = path.join(folder, 'brownout');
    const env = laneEnvironment();
    const run = async (command, limitMs, cwd = clone) => {
      const [program, ...args] = command;
      const result = await runQuietly(program, args, { cwd, env, limitMs });
      if (result.exitCode === 0 && !result.isOverLimit) return result.stdout;
      const end = result.isOverLimit ? `took longer than ${limitMs / 1000} s` : `ended with ${result.exitCode}`;
      throw new SmokeFailure(`${command.join(' ')} ${end}\n${result.output}`);
    };
    try {
      const changes = await run(['git', 'status', '--porcelain'], STOP_LIMIT_MS, REPO_ROOT);
      await run(['git', 'clone', '--quiet', REPO_ROOT, clone], STOP_LIMIT_MS, folder);
      const started = await attempt(() => run(START, START_LIMIT_MS));
      const stopped = await attempt(() => run(['node', 'lab/cli/bin/lab.mjs', 'stop'], STOP_LIMIT_MS));
      const problems = [started, stopped].filter((problem) => problem !== undefined);
      if (problems.length > 0) return { ok: false, output: problems.join('\n\n') };
      return { ok: true, note: changes ? 'the last commit; changes that are not committed were left out' : undefined };
    } catch (error) {
      if (error instanceof SmokeFailure) return { ok: false, output: error.message };
      throw error;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Stopped in any case: a start that fails half-way may have left something running. */
async function attempt(work) {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof SmokeFailure) return error.message;
    throw error;
  }
}

class SmokeFailure extends Error {}
