import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findChromium } from '../ci/browser/find-chromium.ts';
import { ensureChromium } from './chromium.mjs';

/** A machine on which `apt-get install` brings Chromium, unless a command is to end otherwise. */
function machineWith({ mayInstall = true, hasApt = true, ends = {} } = {}) {
  const calls = [];
  let program;
  return {
    calls,
    find: () => program,
    machine: {
      mayInstall,
      hasApt,
      async runApt(args) {
        calls.push(args.filter((word) => !/^-o$|::/.test(word)).join(' '));
        const end = { exitCode: 0, isOverLimit: false, output: '', ...ends[args[0]] };
        if (args[0] === 'install' && end.exitCode === 0) program = end.program ?? '/usr/bin/chromium';
        return end;
      },
    },
  };
}

test('a Chromium that is there is taken, and nothing is installed', async () => {
  const { machine, calls } = machineWith();
  expect(await ensureChromium(() => '/opt/chromium', machine)).toEqual({ program: '/opt/chromium', isNew: false });
  expect(calls).toEqual([]);
});

test('root on Debian gets the package, without those that it recommends', async () => {
  const { machine, calls, find } = machineWith();
  expect(await ensureChromium(find, machine)).toEqual({ program: '/usr/bin/chromium', isNew: true });
  expect(calls).toEqual(['update -q', 'install -y -q --no-install-recommends chromium']);
});

test.each([
  [{ hasApt: true }, 'sudo apt-get install --no-install-recommends chromium'],
  [{ hasApt: false }, 'install Chromium or Chrome, then LAB_CHROMIUM_PATH=<its program> npm test'],
])('whoever may not install is told what to do: %j', async (about, help) => {
  const { machine, calls, find } = machineWith({ mayInstall: false, ...about });
  await expect(ensureChromium(find, machine)).rejects.toMatchObject({ help });
  expect(calls).toEqual([]);
});

test('what apt-get said is told', async () => {
  const output = 'Reading package lists...\nE: Could not get lock /var/lib/dpkg/lock-frontend\n';
  const { machine, calls, find } = machineWith({ ends: { update: { exitCode: 100, output } } });
  await expect(ensureChromium(find, machine)).rejects.toMatchObject({
    why: 'apt-get update ended with 100\nE: Could not get lock /var/lib/dpkg/lock-frontend',
    help: 'apt-get update && apt-get install --no-install-recommends chromium',
  });
  expect(calls).toHaveLength(1);
});

test('where the system has no such package, another Chromium is asked for', async () => {
  const install = { exitCode: 100, output: 'E: Unable to locate package chromium\n' };
  const { machine, find } = machineWith({ ends: { install } });
  await expect(ensureChromium(find, machine)).rejects.toMatchObject({
    help: expect.stringContaining('LAB_CHROMIUM_PATH'),
  });
});

test('an apt-get that takes too long has failed', async () => {
  const { machine, find } = machineWith({ ends: { install: { exitCode: 143, isOverLimit: true } } });
  await expect(ensureChromium(find, machine)).rejects.toMatchObject({
    why: 'apt-get install took longer than 10 minutes',
  });
});

test('the named Chromium is taken before the first on PATH, and a wrong name is refused', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'brownout-chromium-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const programIn = (name, mode) => {
    mkdirSync(path.join(folder, name));
    const file = path.join(folder, name, 'chromium');
    writeFileSync(file, '', { mode });
    return file;
  };
  const [text, first, second] = [programIn('a', 0o644), programIn('b', 0o755), programIn('c', 0o755)];
  const PATH = ['relative', ...[text, first, second].map((file) => path.dirname(file))].join(path.delimiter);
  expect(findChromium({ PATH })).toBe(first);
  expect(findChromium({ PATH, LAB_CHROMIUM_PATH: second })).toBe(second);
  expect(findChromium({ PATH: folder })).toBeUndefined();
  expect(() => findChromium({ PATH, LAB_CHROMIUM_PATH: text })).toThrow('no program that can be run');
});
