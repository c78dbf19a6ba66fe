import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { redisPing } from '@lab/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Connection } from '../connect/connection.ts';
import { main } from '../main.ts';
import { type Checkout, makeCheckout } from '../testing/checkout.ts';
import { createTestIo } from '../testing/test-io.ts';

type Printed = Connection & { readonly clientInstalled: boolean };

let checkout: Checkout;

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

async function startSession(scenario: string): Promise<void> {
  const started = await lab(`start ${scenario} --detach --no-input --rate 20`);
  expect(started, started.err).toMatchObject({ exit: 0 });
}

async function connections(options = ''): Promise<Printed[]> {
  return JSON.parse((await lab(`connect --json${options}`)).out).parts;
}

/** Runs what was printed, as a person would who adds a question to it. */
async function paste(command: string | null, question = ''): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `${command}${question}`], { timeout: 15_000 });
  return stdout;
}

/** What each client is asked, and what its answer must look like. */
const questions: Readonly<Record<string, readonly [question: string, answer: RegExp]>> = {
  postgres: [` -XAtc 'SELECT count(*) > 0 FROM books'`, /^t$/m],
  'redis-cache': [' PING', /^PONG$/m],
  'redis-queue': [' PING', /^PONG$/m],
  payment: ['', /"status":\s*"ok"/],
  toxiproxy: ['', /"api-1-postgres"/],
  'api-1': ['', /"items":\s*\[\s*\{/],
  'api-2': ['', /"items":\s*\[\s*\{/],
  'worker-1': ['', /^# TYPE /m],
  'worker-2': ['', /^# TYPE /m],
  'worker-3': ['', /^# TYPE /m],
};

test('every printed command whose client is here connects, and no password is anywhere else', async () => {
  await startSession('jobs-double-charge');
  const parts = await connections();
  expect(parts.map(({ name }) => name)).toEqual(Object.keys(questions));
  const here = parts.filter(({ clientInstalled }) => clientInstalled);
  expect(here.length).toBeGreaterThan(0);
  for (const { name, command } of here) {
    const [question, answer] = questions[name] ?? ['', /never/];
    expect(await paste(command, question), name).toMatch(answer);
  }

  const told = await connections(' --password');
  const passwords = told.flatMap(({ url }) => new URL(url ?? '').password || []);
  expect(new Set(passwords).size).toBe(3);
  for (const { name, url, secretFile } of told.filter((part) => part.name.startsWith('redis-'))) {
    const { hostname: host, port } = new URL(url ?? '');
    const password = (await readFile(secretFile ?? '', 'utf8')).trim();
    expect(await redisPing({ host, port: Number(port), password }, { timeoutMs: 1_000 }), name).toBe(true);
  }
  const seen = `${await argumentsOfAll()}${await printedFiles()}`;
  for (const password of passwords) expect(seen).not.toContain(password);

  const files = parts.flatMap(({ secretFile }) => secretFile ?? []);
  expect(files.map((file) => existsSync(file))).toEqual([true, true, true]);
  expect((await lab('stop')).exit).toBe(0);
  expect(files.map((file) => existsSync(file))).toEqual([false, false, false]);
  expect((await lab('connect')).exit).toBe(64);
});

test('kill -9 of the lab leaves no password file', async () => {
  await startSession('cache-stale-price');
  const files = (await connections()).flatMap(({ secretFile }) => secretFile ?? []);
  expect(files.map((file) => existsSync(file))).toEqual([true, true]);
  process.kill(JSON.parse((await lab('status --json')).out).labPid, 'SIGKILL');
  await expect.poll(() => files.some((file) => existsSync(file)), { timeout: 20_000 }).toBe(false);
});

/** Arguments of every process, where they can be read. */
async function argumentsOfAll(): Promise<string> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.join('\n');
}

/** What the lab and its parts wrote down of the session. */
async function printedFiles(): Promise<string> {
  const entries = await readdir(checkout.labDir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && /\.(?:log|ndjson)$|^session\.json$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))).join('\n');
}
