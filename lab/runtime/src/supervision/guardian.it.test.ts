import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../readiness/wait-until.ts';
import { leftovers, makeTestFolder, memoryLog, openTestRun } from '../testing/test-run.ts';
import { toolsForTests } from '../testing/tools-for-tests.ts';
import type { ToolPaths } from '../tools/tool-types.ts';
import { hasEnded, readJournal } from './journal.ts';
import { processInfo } from './process-table.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';

const NOBODY = 65_534;
const GONE_WITHIN_MS = 2000;

interface Holder {
  readonly process: ChildProcess;
  readonly runDir: string;
  readonly guardian: number;
  readonly postgres: number;
  readonly ports: readonly number[];
}

let tools: ToolPaths;
let repoRoot: string;

beforeAll(async () => {
  tools = await toolsForTests(['postgres', 'redis-server', 'toxiproxy']);
  repoRoot = makeTestFolder();
  // For the tests under another user.
  chmodSync(repoRoot, 0o777);
});
afterAll(() => rmSync(repoRoot, { recursive: true, force: true }));

async function startHolder(user?: number, isPaused = false): Promise<Holder> {
  const main = fileURLToPath(new URL('../testing/stack-holder-main.ts', import.meta.url));
  const root = path.join(repoRoot, user === undefined ? 'own' : `user-${user}`);
  mkdirSync(root, { recursive: true });
  chmodSync(root, 0o777);
  const options = JSON.stringify({ repoRoot: root, cacheDir: path.join(root, 'cache'), tools, isPaused });
  const child = spawn(process.execPath, [main, options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, HOME: root },
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await waitUntil(() => text.includes('\n') || child.exitCode !== null, { what: 'the stack', withinMs: 60_000 });
  const started = JSON.parse(text) as Omit<Holder, 'process'>;
  return { ...started, process: child };
}

async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.unref();
  });
}

async function expectNothingLeft(holder: Holder): Promise<void> {
  const { runDir } = holder;
  await waitUntil(() => hasEnded(readJournal(runDir) ?? []), { what: 'the guardian', withinMs: GONE_WITHIN_MS });
  expect(leftovers(runDir)).toEqual({ processes: [], segments: [], folders: [] });
  expect(await Promise.all(holder.ports.map(isListening))).toEqual(holder.ports.map(() => false));
  expect(processInfo(holder.postgres)).toBeNull();
}

function kill(holder: Holder, signal: NodeJS.Signals): void {
  holder.process.kill(signal);
}

describe.each([
  ['as the user who runs the tests', undefined],
  ['as a user without rights', NOBODY],
])('a lab that runs a stack %s', (_, user) => {
  const isPossible = user === undefined || process.getuid?.() === 0;

  test.runIf(isPossible).each(['SIGKILL', 'SIGINT', 'SIGHUP'] as const)('leaves nothing after %s', async (signal) => {
    const holder = await startHolder(user);
    expect(await Promise.all(holder.ports.map(isListening))).toEqual(holder.ports.map(() => true));
    kill(holder, signal);
    await expectNothingLeft(holder);
  });

  test.runIf(isPossible)('leaves nothing after SIGKILL while all of its parts are paused', async () => {
    const holder = await startHolder(user, true);
    expect(processInfo(holder.postgres)?.state).toBe('T');
    kill(holder, 'SIGKILL');
    await expectNothingLeft(holder);
  });

  test.runIf(isPossible)('leaves nothing after its PostgreSQL was killed first', async () => {
    const holder = await startHolder(user);
    process.kill(holder.postgres, 'SIGKILL');
    kill(holder, 'SIGKILL');
    await expectNothingLeft(holder);
  });

  test.runIf(isPossible)('leaves nothing, its guardian included, once the next sweep is over', async () => {
    const holder = await startHolder(user);
    kill(holder, 'SIGKILL');
    await waitUntil(() => holder.process.signalCode !== null, { what: 'the end of the lab', withinMs: 20_000 });
    const swept = await sweepLeftovers({ repoRoot: path.resolve(holder.runDir, '../../..'), log: memoryLog([]) });
    expect(swept.runs).toEqual([]);
    expect(processInfo(holder.guardian)).toBeNull();
    expect(leftovers(holder.runDir)).toEqual({ processes: [], segments: [], folders: [] });
    rmSync(holder.runDir, { recursive: true });
  });

  test.runIf(isPossible)('leaves nothing to the sweep that follows when the guardian was killed too', async () => {
    const holder = await startHolder(user);
    kill(holder, 'SIGSTOP'); // Else it would start another guardian.
    process.kill(holder.guardian, 'SIGKILL');
    kill(holder, 'SIGKILL');
    await waitUntil(() => holder.process.signalCode !== null, { what: 'the end of the lab', withinMs: 20_000 });
    const swept = await sweepLeftovers({ repoRoot: path.resolve(holder.runDir, '../../..'), log: memoryLog([]) });
    expect(swept.runs).toEqual([path.basename(holder.runDir)]);
    await expectNothingLeft(holder);
  });
});

describe('the guardian', () => {
  test('is replaced when it dies', async () => {
    await using run = await openTestRun();
    const first = run.open.guardian.pid() ?? 0;
    process.kill(first, 'SIGKILL');
    await waitUntil(() => run.open.guardian.pid() !== first, { what: 'another guardian', withinMs: 20_000 });
    expect(processInfo(run.open.guardian.pid() ?? 0)).not.toBeNull();
  });

  test('leaves when the run is done', async () => {
    const run = await openTestRun();
    const pid = run.open.guardian.pid() ?? 0;
    await run[Symbol.asyncDispose]();
    expect(processInfo(pid)).toBeNull();
  });

  test('does not touch a process that is not of the run', async () => {
    const other = spawn('sleep', ['60'], { env: { PATH: '/usr/bin:/bin', BROWNOUT_RUN: '20200101-000000-abcd' } });
    const run = await openTestRun();
    run.ctx.journal.write({
      event: 'started',
      part: 'x',
      pid: other.pid ?? 0,
      startTime: 'another',
      group: other.pid ?? 0,
    });
    run.ctx.journal.write({ event: 'temporary', path: path.join(repoRoot, 'not-of-the-run') });
    mkdirSync(path.join(repoRoot, 'not-of-the-run'), { recursive: true });
    const result = await run.open.guardian.done();
    expect(result).toMatchObject({ killed: [], left: [] });
    expect(result.removed.every((folder) => folder.includes(run.ctx.run))).toBe(true);
    expect(processInfo(other.pid ?? 0)).not.toBeNull();
    other.kill('SIGKILL');
    await run[Symbol.asyncDispose]();
  });
});
