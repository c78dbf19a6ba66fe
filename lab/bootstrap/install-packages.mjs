import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { BootstrapFailure, reasonOf } from './failure.mjs';
import { environmentFor } from './find-node.mjs';
import { findNpm, QUIET_NPM_FLAGS, withoutProject } from './npm.mjs';
import { runQuietly } from './run-child.mjs';
import { say, step } from './step.mjs';

const INSTALL_LIMIT_MS = 15 * 60_000;
const LOCK_LIMIT_MS = 15 * 60_000;

/**
 * Runs `npm ci` where what is installed is not what package-lock.json names. `what` is for people.
 * @param {{ repoRoot: string, node: string, env: NodeJS.ProcessEnv, what?: string }} where
 */
export async function ensurePackages({ repoRoot, node, env, what = 'the packages of the lab' }) {
  const wanted = wantedState(repoRoot);
  if (isInstalled(repoRoot, wanted)) return;
  const unlock = await lock(repoRoot);
  try {
    // Whoever held the lock may have installed it.
    if (isInstalled(repoRoot, wanted)) return;
    await install({ repoRoot, node, env, what });
    writeFileSync(recordFile(repoRoot), wanted);
  } finally {
    unlock();
  }
}

async function install({ repoRoot, node, env, what }) {
  const npm = findNpm(env, node);
  if (!npm) {
    throw new BootstrapFailure({
      what: 'The packages of the lab could not be installed',
      why: 'npm is not there',
      help: 'install Node with npm from https://nodejs.org, then run the same command again',
    });
  }
  const flags = ['--include=dev', '--include=optional', '--no-audit', '--no-fund', ...QUIET_NPM_FLAGS];
  await step(`Installing ${what} (npm ci)`, async () => {
    const result = await runQuietly(npm.command, [...npm.args, 'ci', ...flags], {
      cwd: repoRoot,
      env: environmentFor(withoutProject(env), node),
      limitMs: INSTALL_LIMIT_MS,
    });
    if (result.exitCode !== 0) throw installFailure(result);
  });
}

function installFailure({ exitCode, isOverLimit, output }) {
  const known = reasonOf(output);
  const said = output.split('\n').filter((line) => /^npm (error|ERR!) ./.test(line) && !/log of this run/.test(line));
  const end = isOverLimit
    ? `npm ci took longer than ${INSTALL_LIMIT_MS / 60_000} minutes`
    : `npm ci ended with ${exitCode}`;
  return new BootstrapFailure({
    what: 'The packages of the lab could not be installed',
    why: [known?.why, ...said.slice(0, 4)].filter(Boolean).join('\n') || end,
    help: known?.help ?? 'npm ci',
  });
}

/** What should be installed: the lock file's content, for this kind of machine. */
function wantedState(repoRoot) {
  const content = readFileSync(path.join(repoRoot, 'package-lock.json'));
  return `${createHash('sha256').update(content).digest('hex')} ${process.platform}-${process.arch}\n`;
}

function recordFile(repoRoot) {
  return path.join(repoRoot, 'node_modules', '.brownout-lock');
}

function isInstalled(repoRoot, wanted) {
  const record = readText(recordFile(repoRoot));
  if (record === wanted) return true;
  // Someone ran `npm install` by hand: npm's own record says whether that came to the same.
  if (!matchesNpmRecord(repoRoot)) return false;
  writeFileSync(recordFile(repoRoot), wanted);
  return true;
}

/** True where npm's own record of what is installed comes to what package-lock.json names. */
export function matchesNpmRecord(repoRoot) {
  const present = installedPackages(repoRoot);
  if (present === undefined) return false;
  const wanted = JSON.parse(readFileSync(path.join(repoRoot, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([name, entry]) => {
    if (!name.includes('node_modules/')) return true;
    const there = present[name];
    if (!there) return entry.optional === true && !isForThisMachine(entry);
    return there.version === entry.version && there.integrity === entry.integrity && there.link === entry.link;
  });
}

function installedPackages(repoRoot) {
  try {
    return JSON.parse(readFileSync(path.join(repoRoot, 'node_modules', '.package-lock.json'), 'utf8')).packages;
  } catch {
    // Not there, or half-written by an npm that was killed: all is installed anew.
    return undefined;
  }
}

/** The lock file names the optional packages of every platform; npm installs those of this one. */
function isForThisMachine({ os, cpu, libc }) {
  // Which C library this is, npm finds out; a package that asks for one has a twin for the other.
  return !libc && (!os || os.includes(process.platform)) && (!cpu || cpu.includes(process.arch));
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Two `npm ci` in one folder at once would delete each other's work. */
async function lock(repoRoot) {
  const folder = path.join(repoRoot, '.lab');
  const file = path.join(folder, 'npm-ci.lock');
  const deadline = Date.now() + LOCK_LIMIT_MS;
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw repositoryNotWritable(repoRoot, error);
  }
  let told = false;
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw repositoryNotWritable(repoRoot, error);
    }
    if (isStale(file) || Date.now() > deadline) rmSync(file, { force: true });
    else if (!told) say('Waiting for another lab that is installing the packages …');
    told = true;
    await sleep(200);
  }
}

function isStale(file) {
  const pid = Number(readText(file));
  try {
    // Just created, its number not written yet.
    if (!pid) return Date.now() - statSync(file).mtimeMs > 5_000;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function repositoryNotWritable(repoRoot, error) {
  return new BootstrapFailure({
    what: `The folder ${repoRoot} cannot be written`,
    why: error.message,
    help: `ls -ld ${repoRoot}`,
  });
}
