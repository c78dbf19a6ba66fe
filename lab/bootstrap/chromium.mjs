import { existsSync } from 'node:fs';
import process from 'node:process';
import { BootstrapFailure } from './failure.mjs';
import { runQuietly } from './run-child.mjs';
import { step } from './step.mjs';

const MINUTE_MS = 60_000;
const SHOWN_LINES = 4;
const ELSEWHERE = 'install Chromium or Chrome, then LAB_CHROMIUM_PATH=<its program> npm test';

/** No questions, no second package system that waits for ever, and no mirror that is silent for ever. */
const APT_OPTIONS = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2', '-o', 'Acquire::http::Timeout=30'];
const COMMANDS = [
  { args: ['update', '-q', ...APT_OPTIONS], limitMs: 5 * MINUTE_MS },
  { args: ['install', '-y', '-q', '--no-install-recommends', ...APT_OPTIONS, 'chromium'], limitMs: 10 * MINUTE_MS },
];

/** This machine, as far as it matters here. */
export const thisMachine = {
  mayInstall: process.getuid?.() === 0 && existsSync('/usr/bin/apt-get'),
  hasApt: existsSync('/usr/bin/apt-get'),
  runApt: (args, limitMs) =>
    runQuietly('apt-get', args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }, limitMs }),
};

/**
 * The Chromium that the browser tests drive. Where there is none, root on Debian or Ubuntu gets the package
 * `chromium`; everybody else is told what to do.
 * @param {() => string | undefined} find
 * @param {typeof thisMachine} machine
 * @returns {Promise<{ program: string, isNew: boolean }>}
 */
export async function ensureChromium(find, machine = thisMachine) {
  const there = find();
  if (there !== undefined) return { program: there, isNew: false };
  if (!machine.mayInstall) {
    throw missing({
      why: 'there is no chromium on PATH, and only root on Debian or Ubuntu gets it installed by this command',
      help: machine.hasApt ? 'sudo apt-get install --no-install-recommends chromium' : ELSEWHERE,
    });
  }
  await step('Installing the package chromium for the browser tests (apt-get)', async () => {
    for (const { args, limitMs } of COMMANDS) {
      const result = await machine.runApt(args, limitMs);
      if (result.exitCode !== 0 || result.isOverLimit) throw missing(aptFailure(args[0], limitMs, result));
    }
  });
  const installed = find();
  if (installed === undefined) {
    throw missing({ why: 'the package chromium is installed, and brought no program to PATH', help: ELSEWHERE });
  }
  return { program: installed, isNew: true };
}

/** Ubuntu has Chromium as a snap alone, which runs under no other program's folders. */
function aptFailure(command, limitMs, { exitCode, isOverLimit, output }) {
  const said = output.split('\n').filter((line) => /^(?:E:|Err:|W: Failed)/.test(line));
  const end = isOverLimit ? `took longer than ${limitMs / MINUTE_MS} minutes` : `ended with ${exitCode}`;
  const isUnknown = /Unable to locate package|no installation candidate/.test(output);
  return {
    why: [`apt-get ${command} ${end}`, ...said.slice(0, SHOWN_LINES)].join('\n'),
    help: isUnknown ? ELSEWHERE : `apt-get update && apt-get install --no-install-recommends chromium`,
  };
}

function missing({ why, help }) {
  return new BootstrapFailure({ what: 'The browser tests have no Chromium', why, help });
}
