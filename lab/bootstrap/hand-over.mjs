import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BootstrapFailure } from './failure.mjs';
import { environmentFor, findNode, isRightNode } from './find-node.mjs';
import { ensurePackages } from './install-packages.mjs';
import { runForeground } from './run-child.mjs';

export const REPO_ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** What each command of package.json runs once Node and the packages are there: script and first arguments. */
const COMMANDS = {
  start: ['lab/cli/bin/lab.mjs', 'start'],
  lab: ['lab/cli/bin/lab.mjs'],
  check: ['lab/bootstrap/check.mjs'],
  test: ['lab/bootstrap/test.mjs'],
  bench: ['lab/bench/bin/bench.ts'],
  'bench:service': ['lab/bench/bin/bench-service.ts'],
  kills: ['lab/bench/bin/kills.ts'],
  coverage: ['lab/bootstrap/coverage.mjs'],
  'test:broken': ['lab/ci/ordinary-tests.ts'],
  'build:site': ['site/bin/build.ts'],
  lighthouse: ['lab/ci/lighthouse/main.ts'],
};

/**
 * Makes sure of Node and of the packages, then runs the command; its exit code becomes ours.
 * @param {readonly string[]} argv
 */
export async function runCommandLine(argv) {
  const [name, ...rest] = argv;
  const command = COMMANDS[name ?? ''];
  if (!command) {
    throw new BootstrapFailure({
      what: name ? `There is no command ${name}` : 'No command was given',
      why: `the commands are ${Object.keys(COMMANDS).join(', ')}`,
      help: 'npm start',
      exitCode: 64,
    });
  }
  const [script, ...first] = command;
  const node = await findNode(process.env);
  await ensurePackages({ repoRoot: REPO_ROOT, node, env: process.env });
  await runScript(node, path.join(REPO_ROOT, script), [...first, ...rest]);
}

/**
 * Runs a script under the right Node: in this process where it is the right one, which saves a start of Node.
 * @param {string} node
 * @param {string} script
 * @param {readonly string[]} args
 */
export async function runScript(node, script, args) {
  const env = environmentFor(process.env, node);
  if (isRightNode()) {
    Object.assign(process.env, env);
    process.argv = [process.execPath, script, ...args];
    await import(pathToFileURL(script).href);
    return;
  }
  process.exitCode = await runForeground(node, [script, ...args], { env });
}
