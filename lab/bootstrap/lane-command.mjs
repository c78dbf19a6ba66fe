import path from 'node:path';
import process from 'node:process';
import { REPO_ROOT } from './hand-over.mjs';
import { runQuietly } from './run-child.mjs';

/** Programs of the installed packages are found by name; what `npm test` says of itself is left out. */
export function laneEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|command)/.test(name));
  const env = Object.fromEntries(kept);
  return { ...env, PATH: [path.join(REPO_ROOT, 'node_modules', '.bin'), env.PATH].join(path.delimiter), NO_COLOR: '1' };
}

/**
 * A lane that is one command: passed where it ends with 0.
 * @param {string} name
 * @param {readonly string[]} command
 * @param {{ isCheap?: boolean, limitMs: number, count?(stdout: string): { passed?: number, failed?: number } }} options
 * @returns {import('./run-lanes.mjs').Lane}
 */
export function commandLane(name, [command = '', ...args], { isCheap = false, limitMs, count }) {
  return {
    name,
    isCheap,
    async run() {
      const result = await runQuietly(command, args, { cwd: REPO_ROOT, env: laneEnvironment(), limitMs });
      return {
        ok: result.exitCode === 0 && !result.isOverLimit,
        note: result.isOverLimit ? `stopped after ${limitMs / 60_000} min` : undefined,
        output: result.output,
        ...count?.(result.stdout),
      };
    },
  };
}
