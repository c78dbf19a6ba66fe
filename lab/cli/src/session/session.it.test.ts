import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, processStartTime, readSession } from '@lab/console';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../main.ts';
import { makeCheckout } from '../testing/checkout.ts';
import { createTestIo } from '../testing/test-io.ts';
import type { SessionStatus } from './reporter.ts';

const scenario = 'cache-stale-price';
let checkout: Awaited<ReturnType<typeof makeCheckout>>;

beforeEach(async () => {
  checkout = await makeCheckout();
});
afterEach(async () => {
  await lab('stop');
  await checkout[Symbol.asyncDispose]();
});

async function lab(line: string): Promise<{ exit: number; out: string; err: string }> {
  const io = createTestIo({ env: process.env as Record<string, string> });
  const exit = await main(line.split(' '), io, checkout);
  return { exit, out: io.out(), err: io.err() };
}

async function status(): Promise<SessionStatus> {
  return JSON.parse((await lab('status --json')).out);
}

/** The identity of every process of the run, the lab's own too. */
async function processes(): Promise<{ pid: number; startTime: string }[]> {
  const current = await status();
  const pids = [current.labPid, ...[...current.parts, ...current.replicas].map(({ pid }) => pid ?? 0)];
  return pids.map((pid) => ({ pid, startTime: processStartTime(pid) ?? 'gone' }));
}

const isAnyAlive = (known: { pid: number; startTime: string }[]): boolean =>
  known.some(({ pid, startTime }) => isAlive(pid, startTime));

test('a session is started, follows saves, shows what does not boot, and stops without a trace', async () => {
  const started = await lab(`start ${scenario} --detach --no-input --rate 30`);
  expect(started, started.err).toMatchObject({ exit: 0 });
  expect(started.out.split('\n').map((line) => line.split(' ', 1)[0])).toEqual([
    'Edit',
    'Watch',
    'Console',
    'Lesson',
    'Then',
    '',
  ]);
  const before = await status();
  expect(before).toMatchObject({ running: true, phase: 'load', scenario });
  expect(before.replicas.map(({ up }) => up)).toEqual([true, true, true]);
  expect((await lab('start')).exit).toBe(69);

  const file = join(before.workspace, 'src', 'books', 'read-book.ts');
  const original = await readFile(file, 'utf8');
  await appendFile(file, '\nexport const saved = true;\n');
  await expect
    .poll(async () => (await status()).lastChange?.paths, { timeout: 20_000, interval: 100 })
    .toEqual(['src/books/read-book.ts']);
  const after = await status();
  expect(after.replicas.every(({ up }) => up)).toBe(true);
  expect(after.replicas.map(({ pid }) => pid)).not.toEqual(before.replicas.map(({ pid }) => pid));

  await writeFile(file, `${original}\nconst = 3;\n`);
  await expect.poll(async () => (await status()).phase, { timeout: 20_000, interval: 100 }).toBe('code-does-not-boot');
  const broken = await status();
  expect(broken.problem).toMatch(/^src\/books\/read-book\.ts:\d+: /);
  expect(broken.replicas.map(({ up }) => up)).toEqual([false, true, true]);

  await writeFile(file, original);
  await expect.poll(async () => (await status()).phase, { timeout: 20_000, interval: 100 }).toBe('load');
  await expect.poll(async () => (await status()).load?.failedPerSecond, { timeout: 20_000, interval: 250 }).toBe(0);

  const known = await processes();
  const stopped = await lab('stop --json');
  expect(JSON.parse(stopped.out)).toMatchObject({ wasRunning: true, forced: false });
  expect(JSON.parse(stopped.out).tookMs).toBeLessThan(5_000);
  expect(isAnyAlive(known)).toBe(false);
  expect(readSession(checkout.labDir)).toEqual({ kind: 'none' });
  expect((await lab('stop')).out).toBe('Nothing is running.\n');
});

test('kill -9 of the lab leaves no process, faults or not, and the next start is free', async () => {
  const started = await lab(`start ${scenario} --detach --no-input --rate 30`);
  expect(started, started.err).toMatchObject({ exit: 0 });
  for (const fault of ['process-pause --target redis-cache', 'event-loop-block --target api-1', 'postgres-row-lock']) {
    const put = await lab(`fault on ${fault}`);
    expect(put, put.err).toMatchObject({ exit: 0 });
  }
  expect((await status()).faults).toHaveLength(3);
  const known = await processes();
  process.kill((await status()).labPid, 'SIGKILL');
  await expect.poll(() => isAnyAlive(known), { timeout: 20_000 }).toBe(false);
  expect((await status()).running).toBe(false);
  expect(readSession(checkout.labDir).kind).toBe('stale');
  expect((await lab('stop')).exit).toBe(0);
  // Nobody writes any more, the guardian included: else removing the folder would meet new files.
  await rm(join(checkout.labDir, 'runs'), { recursive: true });
  expect((await readdir(checkout.labDir)).filter((name) => name.startsWith('session.json'))).toEqual([]);
});

test('of two starts at once one wins and the other names it', async () => {
  const [one, other] = await Promise.all([lab('start --detach --rate 30'), lab('start --detach --rate 30')]);
  expect([one.exit, other.exit].sort()).toEqual([0, 69]);
  const lost = one.exit === 69 ? one : other;
  expect(lost.err).toContain(`is already running (pid ${(await status()).labPid})`);
});

test('SIGTERM stops a session as lab stop does', async () => {
  expect((await lab('start --detach --rate 30')).exit).toBe(0);
  const known = await processes();
  process.kill((await status()).labPid, 'SIGTERM');
  await expect.poll(() => isAnyAlive(known), { timeout: 20_000 }).toBe(false);
  expect(readSession(checkout.labDir)).toEqual({ kind: 'none' });
});
