import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { cacheFolder } from './cache-folder.mjs';
import { installNode, nodeFolder, RECORD_NAME } from './install-node.mjs';

/** TypeScript runs as it is from here on. */
export const NODE_MAJOR = 24;

/** True where this very process can run the lab. */
export function isRightNode() {
  return Number(process.versions.node.split('.')[0]) >= NODE_MAJOR;
}

/**
 * A Node that can run the lab: this one, the one in our cache, one that is installed here, else a fresh one in
 * the cache. The cache comes before a search because it needs no program to be started.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} the executable
 */
export async function findNode(env) {
  if (isRightNode()) return process.execPath;
  return cachedNode(cacheFolder(env)) ?? installedNode(env) ?? (await installNode(cacheFolder(env), env));
}

/**
 * The environment for everything that runs under that Node: programs that look for `node` on PATH find it too.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentFor(env, node) {
  const folder = path.dirname(node);
  const rest = (env.PATH ?? '').split(path.delimiter).filter((entry) => entry !== folder);
  const proxied = env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy;
  return {
    ...npmSettings(env),
    // Without it Node's own downloads do not use the proxy.
    ...(proxied ? { NODE_USE_ENV_PROXY: '1' } : {}),
    ...env,
    PATH: [folder, ...rest].join(path.delimiter),
  };
}

/**
 * npm looks for the machine's settings (a company's registry, its certificates) beside the Node it runs under:
 * under ours it would not find them.
 */
function npmSettings(env) {
  const prefix = env.npm_config_global_prefix || env.npm_config_prefix || path.dirname(path.dirname(process.execPath));
  const file = path.join(prefix, 'etc', 'npmrc');
  return existsSync(file) ? { npm_config_globalconfig: file } : {};
}

/** @param {string} cacheDir */
function cachedNode(cacheDir) {
  const folder = nodeFolder(cacheDir);
  const node = path.join(folder, 'bin', 'node');
  try {
    const { size } = JSON.parse(readFileSync(path.join(folder, RECORD_NAME), 'utf8'));
    accessSync(node, constants.X_OK);
    return statSync(node).size === size ? node : undefined;
  } catch {
    // Not there, or damaged: a fresh one replaces it.
    return undefined;
  }
}

/** @param {NodeJS.ProcessEnv} env */
function installedNode(env) {
  const own = realpathSync(process.execPath);
  const folders = (env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const candidates = [...folders, '/usr/local/bin', '/opt/homebrew/bin']
    .flatMap((folder) => ['node24', 'node', 'nodejs'].map((name) => path.join(folder, name)))
    .concat(versionManagerNodes(env));
  const tried = new Set([own]);
  for (const candidate of candidates) {
    const real = executable(candidate);
    if (!real || tried.has(real)) continue;
    tried.add(real);
    if (majorOf(real) >= NODE_MAJOR) return real;
  }
  return undefined;
}

/** @param {NodeJS.ProcessEnv} env */
function versionManagerNodes(env) {
  const home = env.HOME ?? '/';
  const roots = [
    path.join(env.NVM_DIR ?? path.join(home, '.nvm'), 'versions', 'node'),
    path.join(home, '.volta', 'tools', 'image', 'node'),
  ];
  return roots.flatMap((root) => {
    try {
      const names = readdirSync(root).filter((name) => Number(/^v?(\d+)\./.exec(name)?.[1]) >= NODE_MAJOR);
      return names.map((name) => path.join(root, name, 'bin', 'node'));
    } catch {
      // That version manager is not used here.
      return [];
    }
  });
}

function executable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() ? realpathSync(file) : undefined;
  } catch {
    return undefined;
  }
}

function majorOf(node) {
  try {
    const options = { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'ignore'] };
    return Number(/^v(\d+)\./.exec(execFileSync(node, ['--version'], options))?.[1] ?? 0);
  } catch {
    // A shim without a version behind it.
    return 0;
  }
}
