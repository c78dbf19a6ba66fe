import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/**
 * No install scripts: nothing that the lab uses needs one, and none runs unasked on the user's machine. And
 * short waits between tries: with npm's own, a machine without a network waits for over a minute.
 */
export const QUIET_NPM_FLAGS = [
  '--ignore-scripts',
  '--prefer-offline',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
];

/**
 * npm as a command under a Node of our choice: its own start script would take the first `node` on PATH.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} node
 * @returns {{ command: string, args: readonly string[] } | undefined}
 */
export function findNpm(env, node) {
  const script = npmScript(env);
  return script ? { command: node, args: [script] } : undefined;
}

/** What `npm start` tells its children about this project would make the inner npm work on it. */
export function withoutProject(env) {
  const kept = Object.entries(env).filter(
    ([name]) =>
      !/^npm_(package|lifecycle|command)/.test(name) &&
      !/^npm_config_(local_prefix|prefix|global|workspaces?|include_workspace_root|dry_run|omit|include|save.*)$/.test(
        name,
      ),
  );
  return Object.fromEntries(kept);
}

function npmScript(env) {
  // Set where npm started us; pnpm and yarn set it too.
  if (env.npm_execpath && /npm-cli\.c?js$/.test(env.npm_execpath) && existsSync(env.npm_execpath))
    return env.npm_execpath;
  const folders = [...(env.PATH ?? '').split(path.delimiter), path.dirname(process.execPath)];
  for (const folder of folders.filter((entry) => path.isAbsolute(entry))) {
    const npm = path.join(folder, 'npm');
    if (!existsSync(npm)) continue;
    const candidates = [
      realpathSync(npm),
      path.join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
      path.join(folder, '..', 'share', 'npm', 'bin', 'npm-cli.js'),
    ];
    const script = candidates.find((file) => file.endsWith('.js') && existsSync(file));
    if (script) return script;
  }
  return undefined;
}
