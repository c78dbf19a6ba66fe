import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isAlive, readSession } from '@lab/console';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../main.ts';
import { type Checkout, makeCheckout } from '../testing/checkout.ts';
import { createTestIo } from '../testing/test-io.ts';

const scenario = 'cache-stale-price';
const limitMs = 120_000;
const labMain = join(import.meta.dirname, '..', 'testing', 'lab-main.ts');
let checkout: Checkout;
let child: ChildProcess | null;

beforeEach(async () => {
  checkout = await makeCheckout();
  child = null;
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await lab('stop');
  await checkout[Symbol.asyncDispose]();
});

async function lab(
  line: string,
  env: Record<string, string> = {},
): Promise<{ exit: number; out: string; err: string }> {
  const io = createTestIo({ env: { ...(process.env as Record<string, string>), ...env } });
  const exit = await main(line.split(' '), io, checkout);
  return { exit, out: io.out(), err: io.err() };
}

const status = async () => JSON.parse((await lab('status --json')).out);

describe('a start', () => {
  test('with code that does not parse stands, says where, and takes the fix', { timeout: limitMs }, async () => {
    const file = join(await checkout.makeWorkspace(scenario), 'src', 'books', 'read-book.ts');
    const original = await readFile(file, 'utf8');
    await appendFile(file, 'const price: = 3;\n');
    const started = await lab(`start ${scenario} --detach --no-input --rate 30 --json`);
    expect(started.exit).toBe(1);
    const { problem, firstRequestMs } = JSON.parse(started.out);
    expect(problem).toMatch(/^src\/books\/read-book\.ts:\d+: /);
    expect(firstRequestMs).toBeNull();
    expect(started.err).toContain('Your code does not boot');
    expect(await status()).toMatchObject({ running: true, phase: 'code-does-not-boot', load: null });
    await writeFile(file, original);
    await expect.poll(async () => (await status()).phase, { timeout: 30_000, interval: 100 }).toBe('load');
  });

  test('with the console’s port taken uses the next free one', { timeout: limitMs }, async () => {
    const taken = createServer().listen({ port: 4_777, host: '127.0.0.1', exclusive: true });
    // Taken by somebody else is as good.
    await once(taken, 'listening').catch(() => undefined);
    try {
      expect((await lab(`start ${scenario} --detach --no-input --rate 30`)).exit).toBe(0);
      expect((await status()).port).toBeGreaterThan(4_777);
    } finally {
      taken.close();
    }
  });

  test('with files changed that a fix may not change says so', { timeout: limitMs }, async () => {
    const workspace = await checkout.makeWorkspace(scenario);
    await appendFile(join(workspace, 'package.json'), '\n');
    const started = await lab(`start ${scenario} --detach --no-input --rate 30`);
    expect(started.exit).toBe(0);
    expect(started.err).toContain('package.json');
    expect(started.err).toContain('may not change');
  });

  test.each(['start', 'grade'])('of lab %s with a cache that cannot be written is refused', async (command) => {
    const file = join(checkout.repoRoot, 'a-file');
    await writeFile(file, '');
    await checkout.makeWorkspace(scenario);
    const { exit, err } = await lab(`${command} ${scenario} --no-input`, { BROWNOUT_CACHE: file });
    expect(exit).toBe(69);
    expect(err).toContain(`The cache folder ${file} cannot be written`);
    expect(err).toContain('BROWNOUT_CACHE=');
    expect(readSession(checkout.labDir)).toEqual({ kind: 'none' });
  });

  test('that is stopped while it starts ends quietly', { timeout: limitMs }, async () => {
    const starting = lab(`start ${scenario} --detach --no-input --rate 30`);
    await expect.poll(() => readSession(checkout.labDir).kind, { timeout: 30_000, interval: 5 }).toBe('running');
    await expect.poll(() => sessionPort(), { timeout: 30_000, interval: 5 }).not.toBeNull();
    expect((await lab('stop')).exit).toBe(0);
    const { exit, err } = await starting;
    expect(exit).toBe(130);
    expect(err).not.toContain('bug');
    expect(readSession(checkout.labDir)).toEqual({ kind: 'none' });
  });
});

function sessionPort(): number | null {
  const session = readSession(checkout.labDir);
  return session.kind === 'running' ? session.record.port : null;
}

describe.each([
  ['start', ['start', scenario, '--rate', '30', '--no-input']],
  ['grade', ['grade', scenario, '--seed', '1', '--no-input']],
])('lab %s in the foreground', (_command, argv) => {
  test.each([
    ['Ctrl-C', 'SIGINT', 130],
    ['a closed terminal', 'SIGHUP', 130],
    ['kill -9', 'SIGKILL', null],
  ] as const)('leaves nothing after %s', { timeout: limitMs }, async (_how, signal, exitCode) => {
    await checkout.makeWorkspace(scenario);
    // Its own group, as a terminal gives it: Ctrl-C reaches every process of the group.
    const lab = spawn(process.execPath, [labMain, checkout.repoRoot, checkout.labDir, ...argv], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = lab;
    const said: string[] = [];
    for (const stream of [lab.stdout, lab.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    await expect
      .poll(async () => (await startedParts()).map(({ part }) => part), { timeout: 90_000, interval: 50 })
      .toEqual(expect.arrayContaining(['postgres', 'toxiproxy', 'api-1', 'api-2', 'api-3']));
    const known = await startedParts();
    const ended = once(lab, 'exit');
    process.kill(-(lab.pid ?? 0), signal);
    expect((await ended)[0], said.join('')).toBe(exitCode);
    await expect
      .poll(async () => [...known, ...(await startedParts())].filter(({ pid, startTime }) => isAlive(pid, startTime)), {
        timeout: 20_000,
      })
      .toEqual([]);
    await expect.poll(() => runFolders(), { timeout: 20_000 }).not.toContain('parts');
    if (signal !== 'SIGKILL') expect(readSession(checkout.labDir)).toEqual({ kind: 'none' });
    expect(await status()).toMatchObject({ running: false });
  });
});

/** What is in the folder of the one run of this checkout. */
async function runFolders(): Promise<string[]> {
  const [run = ''] = await readdir(join(checkout.labDir, 'runs'));
  return await readdir(join(checkout.labDir, 'runs', run));
}

/** What the one run of this checkout has started, by its journal. */
async function startedParts(): Promise<{ part: string; pid: number; startTime: string }[]> {
  const runs = await readdir(join(checkout.labDir, 'runs')).catch(() => []);
  const text = await readFile(join(checkout.labDir, 'runs', runs[0] ?? '', 'journal.ndjson'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line.startsWith('{"event":"started"') && line.endsWith('}'))
    .map((line) => JSON.parse(line));
}
