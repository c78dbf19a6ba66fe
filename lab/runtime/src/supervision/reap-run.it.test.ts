import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitUntil } from '../readiness/wait-until.ts';
import { makeTestFolder, memoryLog } from '../testing/test-run.ts';
import { hasEnded, JOURNAL_FILE, readJournal } from './journal.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';

const RUN = '20260101-000000-aaaa';
const guardianMain = fileURLToPath(new URL('./guardian-main.ts', import.meta.url));
const sweepMain = new URL('./sweep-leftovers.ts', import.meta.url).href;
const reapMain = new URL('./reap-run.ts', import.meta.url).href;

let repoRoot: string;
let runDir: string;
let parts: string;
/** Root may remove whatever it likes. */
const withoutRights = process.getuid?.() === 0 ? { uid: 65_534 } : {};
const children: ChildProcess[] = [];
const sweep = () => sweepLeftovers({ repoRoot, log: memoryLog([]) });
const saysItEnded = (): boolean => hasEnded(readJournal(runDir) ?? []);

beforeEach(() => {
  repoRoot = makeTestFolder();
  runDir = path.join(repoRoot, '.lab', 'runs', RUN);
  parts = path.join(runDir, 'parts');
});
afterEach(async () => {
  await Promise.all(children.splice(0).map(end));
  rmSync(repoRoot, { recursive: true, force: true });
});

/** A run whose lab died with these folders below `parts`, each with many files. */
function plantRun(folders: readonly string[]): void {
  const records = [
    { event: 'lab', run: RUN, pid: 2 ** 30, startTime: '1', boot: 'another' },
    ...['', ...folders].map((name) => ({ event: 'temporary', path: path.join(parts, name) })),
  ];
  const inner = folders.flatMap((name) => ['a', 'b', 'c', 'd'].map((each) => path.join(parts, name, each)));
  for (const folder of [parts, ...inner]) {
    mkdirSync(folder, { recursive: true });
    for (let file = 0; file < 60; file += 1) writeFileSync(path.join(folder, String(file)), '');
  }
  const journal = path.join(runDir, JOURNAL_FILE);
  writeFileSync(journal, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const outer = folders.map((name) => path.join(parts, name));
  // For those without rights.
  for (const target of [repoRoot, runDir, journal, parts, ...outer, ...inner]) chmodSync(target, 0o777);
}

/** A process without the marks of the run. */
function startStranger(args: readonly string[], user: { uid?: number } = {}): ChildProcess {
  const child = spawn(process.execPath, args, { env: {}, stdio: ['pipe', 'pipe', 'inherit'], ...user });
  children.push(child);
  return child;
}

/** Reaps once it reads a line, so that several begin in the same moment. Exits with 0 when it says that all is gone. */
async function startReaper(): Promise<ChildProcess> {
  const script = `import { reapRun } from ${JSON.stringify(reapMain)};
    process.stdin.once('data', async () => {
      const { left, remains } = await reapRun(${JSON.stringify(runDir)});
      process.exit(left.length + remains.length);
    });
    console.log('ready');`;
  const child = startStranger(['--input-type=module', '-e', script], withoutRights);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child;
}

/** Arguments of a sweep in a process of its own. */
function sweepOf(root: string): readonly string[] {
  const log = '{ info() {}, warn() {}, error() {} }';
  const script = `import { sweepLeftovers } from ${JSON.stringify(sweepMain)};
    await sweepLeftovers({ repoRoot: ${JSON.stringify(root)}, log: ${log} });`;
  return ['--input-type=module', '-e', script];
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await exitOf(child);
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve));
  return child.exitCode;
}

test('reapers at the same time leave nothing, though each finds the others at its folders', async () => {
  plantRun(['postgres', 'redis-cache', 'toxiproxy', 'api-1', 'echo']);
  const reapers = await Promise.all([startReaper(), startReaper(), startReaper()]);
  for (const reaper of reapers) reaper.stdin?.write('go\n');
  expect(await Promise.all(reapers.map(exitOf))).toEqual([0, 0, 0]);
  expect(existsSync(parts)).toBe(false);
});

test('a folder that cannot be removed at first is removed later', async () => {
  plantRun(['postgres']);
  chmodSync(parts, 0o555);
  const reaper = await startReaper();
  reaper.stdin?.write('go\n');
  await sleep(500);
  expect(reaper.exitCode).toBeNull();
  chmodSync(parts, 0o777);
  expect(await exitOf(reaper)).toBe(0);
  expect(existsSync(parts)).toBe(false);
});

test('a run is not said to have ended while one of its folders is there', async () => {
  plantRun(['postgres']);
  chmodSync(parts, 0o555);
  expect(await exitOf(startStranger([guardianMain, runDir], withoutRights))).toBe(1);
  expect(await exitOf(startStranger(sweepOf(repoRoot), withoutRights))).toBe(0);
  expect(existsSync(parts)).toBe(true);
  expect(saysItEnded()).toBe(false);
  chmodSync(parts, 0o777);
  expect((await sweep()).runs).toEqual([RUN]);
  expect(existsSync(parts)).toBe(false);
  expect(saysItEnded()).toBe(true);
});

test('the sweep waits for a guardian that the lab had no time to name', async () => {
  plantRun([]);
  // As its lab starts it: what it waits for never comes.
  const guardian = spawn('/bin/sh', ['-c', 'read -r line'], { env: { BROWNOUT_GUARDIAN: RUN } });
  children.push(guardian);
  await waitUntil(() => guardian.pid !== undefined, { what: 'the guardian', withinMs: 20_000 });
  let isOver = false;
  const swept = sweep().finally(() => {
    isOver = true;
  });
  await sleep(300);
  expect(isOver).toBe(false);
  await end(guardian);
  expect((await swept).runs).toEqual([RUN]);
});
