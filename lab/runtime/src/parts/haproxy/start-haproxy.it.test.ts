import { existsSync, statSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { waitUntil } from '../../readiness/wait-until.ts';
import { freePorts } from '../../supervision/free-ports.ts';
import { plantListener } from '../../testing/planted-listener.ts';
import { openTestRun, type TestRun } from '../../testing/test-run.ts';
import { toolsForTests } from '../../testing/tools-for-tests.ts';
import type { ToolPaths } from '../../tools/tool-types.ts';
import type { HaproxyBackend } from './haproxy-config.ts';
import { type StartedHaproxy, startHaproxy } from './start-haproxy.ts';

/** Answers with its name; `/slow` waits until it is let go. */
interface EchoBackend extends HaproxyBackend, AsyncDisposable {
  setHealth(status: number): void;
  slowCalls(): number;
  letGo(): void;
}

let tools: ToolPaths;
let run: TestRun;
let echoes: EchoBackend[];
let haproxy: StartedHaproxy;

beforeAll(async () => {
  tools = await toolsForTests(['haproxy']);
});
beforeEach(async () => {
  run = await openTestRun({ tools });
  echoes = await Promise.all(['api-1', 'api-2'].map(startEchoBackend));
  haproxy = await startHaproxy(run.ctx, { backends: echoes });
});
afterEach(async () => {
  await haproxy[Symbol.asyncDispose]();
  for (const echo of echoes) await echo[Symbol.asyncDispose]();
  await run[Symbol.asyncDispose]();
});

async function startEchoBackend(name: string): Promise<EchoBackend> {
  const [port = 0, internalPort = 0] = await freePorts(2);
  const slow: ServerResponse[] = [];
  let health = 200;
  const main = createServer((request, response) => {
    if (request.url === '/slow') slow.push(response);
    else response.end(name);
  });
  const internal = createServer((_, response) => {
    response.statusCode = health;
    response.end();
  });
  await Promise.all([listen(main, port), listen(internal, internalPort)]);
  return {
    name,
    host: '127.0.0.1',
    port,
    internalPort,
    setHealth: (status) => {
      health = status;
    },
    slowCalls: () => slow.length,
    letGo: () => {
      for (const response of slow.splice(0)) response.end(name);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([close(main), close(internal)]);
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Who answers each of so many requests. */
async function answers(count: number): Promise<string[]> {
  const names: string[] = [];
  for (let index = 0; index < count; index += 1) names.push(await (await fetch(haproxy.url)).text());
  return names;
}

async function waitForStatus(name: string, status: string): Promise<void> {
  const isSo = async () => (await haproxy.backends()).some((one) => one.name === name && one.status === status);
  await waitUntil(isSo, { what: `${name} to be ${status}`, withinMs: 20_000 });
}

test('requests go to each backend in turn', async () => {
  const names = await answers(4);
  expect([...names].sort()).toEqual(['api-1', 'api-1', 'api-2', 'api-2']);
  expect(await haproxy.backends()).toMatchObject([{ name: 'api-1' }, { name: 'api-2' }]);
});

test('a drained backend ends what it has, gets nothing new, and comes back', async () => {
  const slow = Promise.all([1, 2].map(async () => (await fetch(new URL('/slow', haproxy.url))).text()));
  const [first] = echoes;
  await waitUntil(() => first?.slowCalls() === 1, { what: 'a request under way', withinMs: 20_000 });
  const undo = await haproxy.drain('api-1');
  await waitForStatus('api-1', 'DRAIN');
  expect(await answers(4)).toEqual(['api-2', 'api-2', 'api-2', 'api-2']);
  expect((await haproxy.backends()).find((one) => one.name === 'api-1')?.sessions).toBe(1);
  await waitUntil(() => echoes.every((echo) => echo.slowCalls() === 1), { what: 'both', withinMs: 20_000 });
  for (const echo of echoes) echo.letGo();
  expect((await slow).sort()).toEqual(['api-1', 'api-2']);
  await undo();
  await undo();
  await waitForStatus('api-1', 'UP');
  expect(new Set(await answers(4))).toEqual(new Set(['api-1', 'api-2']));
});

test('a backend that is not ready gets no requests until it is', async () => {
  echoes[0]?.setHealth(503);
  await waitForStatus('api-1', 'DOWN');
  expect(await answers(3)).toEqual(['api-2', 'api-2', 'api-2']);
  echoes[0]?.setHealth(200);
  await waitForStatus('api-1', 'UP');
  expect(new Set(await answers(4))).toEqual(new Set(['api-1', 'api-2']));
});

test('without a ready backend the answer is 503', async () => {
  for (const echo of echoes) echo.setHealth(503);
  for (const echo of echoes) await waitForStatus(echo.name, 'DOWN');
  const answer = await fetch(haproxy.url);
  expect(answer.status).toBe(503);
  await answer.text();
});

test('a backend that is not there cannot be drained', async () => {
  await expect(haproxy.drain('api-3')).rejects.toThrow(RangeError);
});

test('paused, it neither answers requests nor commands, and goes on', async () => {
  await haproxy.pause();
  await expect(haproxy.backends()).rejects.toMatchObject({ code: 'E_HAPROXY_RUNTIME' });
  await haproxy.resume();
  expect(await answers(1)).toHaveLength(1);
});

test('its socket is for its owner only, and goes away with it', async () => {
  const socket = path.join(run.ctx.runDir, 'parts', 'haproxy', 'runtime.sock');
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  await haproxy.stop();
  await run.open.guardian.done();
  expect(existsSync(socket)).toBe(false);
});

test('a port that is taken makes it start on another, also when HAProxy has it', async () => {
  await using taken = await plantListener();
  for (const port of [taken.port, haproxy.port]) {
    await using other = await openTestRun({ tools });
    await using second = await startHaproxy(other.ctx, { backends: echoes, firstPort: port });
    expect(second.port).not.toBe(port);
    expect(other.messages.join()).toContain('port taken meanwhile, trying another');
  }
});
