import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { httpStatus } from '../../readiness/http-status.ts';
import { processInfo } from '../../supervision/process-table.ts';
import { plantListener } from '../../testing/planted-listener.ts';
import { makeTestFolder, openTestRun, type TestRun } from '../../testing/test-run.ts';
import {
  type ReplicaSpec,
  type StartedReplica,
  startReplica,
  startWorkerReplica,
  type WorkerReplica,
  type WorkerReplicaSpec,
} from './start-replica.ts';

const SERVER = `import { createServer } from 'node:http';
const answer: Parameters<typeof createServer>[1] = (request, response) => {
  response.end(JSON.stringify({ path: request.url, greeting: process.env.GREETING, mode: process.env.NODE_ENV }));
};
createServer(answer).listen(Number(process.env.PORT), '127.0.0.1');
createServer(answer).listen(Number(process.env.INTERNAL_PORT), '127.0.0.1');
`;

let run: TestRun;
let codeDir: string;

beforeEach(async () => {
  run = await openTestRun();
  codeDir = path.join(makeTestFolder(), 'the code');
  mkdirSync(path.join(codeDir, 'bin'), { recursive: true });
  mkdirSync(path.join(codeDir, 'src'));
  writeFileSync(path.join(codeDir, 'package.json'), '{"type":"module"}');
});
afterEach(async () => {
  await run[Symbol.asyncDispose]();
  rmSync(path.dirname(codeDir), { recursive: true, force: true });
});

function start(files: Record<string, string>, more: Partial<ReplicaSpec> = {}): Promise<StartedReplica> {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(codeDir, name), text);
  return startReplica(run.ctx, {
    name: 'api-1',
    codeDir,
    entry: 'bin/api.ts',
    env: { GREETING: 'hello' },
    readyUrlPath: '/readyz',
    bootTimeoutMs: 10_000,
    outputLimitBytes: 100_000,
    ...more,
  });
}

describe('code that boots', () => {
  test('answers on both of its ports with the environment that it was given', async () => {
    await using replica = await start({ 'bin/api.ts': SERVER });
    expect(await (await fetch(`${replica.url}/x`)).json()).toEqual({
      path: '/x',
      greeting: 'hello',
      mode: 'production',
    });
    expect((await fetch(`${replica.internalUrl}/readyz`)).status).toBe(200);
  });

  test('ends at once when it is killed', async () => {
    await using replica = await start({ 'bin/api.ts': SERVER });
    expect(await replica.kill()).toMatchObject({ signal: 'SIGKILL', requested: true });
    await expect(fetch(replica.url)).rejects.toThrow();
  });

  test('starts on other ports when one is taken', async () => {
    await using taken = await plantListener();
    await using replica = await start({ 'bin/api.ts': SERVER }, { firstPorts: [taken.port, taken.port + 1] });
    expect(replica.port).not.toBe(taken.port);
    expect(run.messages.join()).toContain('port taken meanwhile');
  });

  test('waits until it says that it is ready', async () => {
    const late = SERVER.replace(
      'response.end(',
      'response.statusCode = performance.now() < 600 ? 503 : 200; response.end(',
    );
    await using replica = await start({ 'bin/api.ts': late });
    expect((await fetch(`${replica.internalUrl}/readyz`)).status).toBe(200);
  });
});

describe('code that does not boot is rejected, with the place', () => {
  const importing = { 'bin/api.ts': "import { value } from '../src/part.ts';\nconsole.log(value);\n" };

  test.each([
    ['a syntax error', 'export const value = 1;\nconst a: = 3;\n', 2, 'ERR_INVALID_TYPESCRIPT_SYNTAX'],
    ['an enum', 'export const value = 1;\nenum A { B }\n', 2, 'TypeScript enum is not supported'],
    [
      'a missing file',
      "export const value = 1;\n\nimport './nope.ts';\n",
      3,
      "Cannot find module 'src/nope.ts' imported from src/part.ts",
    ],
    [
      'a missing package',
      "import leftPad from 'left-pad-xyz';\nexport const value = leftPad;\n",
      1,
      "Cannot find package 'left-pad-xyz'",
    ],
    [
      'an error at import',
      "export const value = 1;\n\nthrow new Error('no configuration');\n",
      3,
      'Error: no configuration',
    ],
    [
      'an unhandled rejection',
      "export const value = 1;\nvoid (async () => {\n  await null;\n  throw new TypeError('nope');\n})();\nsetInterval(() => {}, 1000);\n",
      4,
      'TypeError: nope',
    ],
    ['a name that is not exported', 'export const other = 1;\n', null, "does not provide an export named 'value'"],
  ])('%s', async (_, text, line, message) => {
    const location = line === null ? { file: 'bin/api.ts', line: 1 } : { file: 'src/part.ts', line };
    await expect(start({ ...importing, 'src/part.ts': text })).rejects.toMatchObject({
      name: 'SubmissionError',
      code: 'E_BOOT_EXITED',
      stage: 'boot',
      location,
      message: expect.stringContaining(message),
    });
  });

  test('an exit without a word', async () => {
    await expect(start({ 'bin/api.ts': 'process.exit(3);' })).rejects.toMatchObject({
      code: 'E_BOOT_EXITED',
      message: 'api-1 exited with code 3 before it was ready. It printed nothing.',
    });
  });

  test('a service that is never ready', async () => {
    const never = SERVER.replace('response.end(', 'response.statusCode = 503; response.end(');
    await expect(start({ 'bin/api.ts': never }, { bootTimeoutMs: 800 })).rejects.toMatchObject({
      code: 'E_BOOT_TIMEOUT',
      message: expect.stringContaining('within 800 ms'),
      hint: 'npx lab logs api-1 shows what it printed',
    });
  });

  test('a service that hangs on the probe', async () => {
    const hanging = SERVER.replace('response.end(', 'if (!request.url) response.end(');
    await expect(start({ 'bin/api.ts': hanging }, { bootTimeoutMs: 800 })).rejects.toMatchObject({
      code: 'E_BOOT_TIMEOUT',
    });
  });

  test('a service that prints without end', async () => {
    const flood = "setInterval(() => process.stdout.write('x'.repeat(10_000) + '\\n'), 1);";
    await expect(start({ 'bin/api.ts': flood })).rejects.toMatchObject({ code: 'E_BOOT_OUTPUT' });
  });

  test('a port that the code itself has fixed is the fault of the code', async () => {
    await using taken = await plantListener();
    const fixed = SERVER.replace('Number(process.env.PORT)', String(taken.port));
    await expect(start({ 'bin/api.ts': fixed })).rejects.toMatchObject({
      code: 'E_BOOT_EXITED',
      message: expect.stringContaining('EADDRINUSE'),
    });
  });
});

describe('a worker', () => {
  const WORKER = `import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
const helper = spawn('sleep', ['60']);
process.once('SIGTERM', () => { helper.kill(); process.exit(0); });
const known = Object.keys(process.env).filter((name) => name.endsWith('PORT'));
createServer((request, response) => response.end(JSON.stringify({ known, helper: helper.pid })))
  .listen(Number(process.env.INTERNAL_PORT), '127.0.0.1');
`;
  const PAUSED_MS = 300;

  function startWorker(more: Partial<WorkerReplicaSpec> = {}): Promise<WorkerReplica> {
    writeFileSync(path.join(codeDir, 'bin', 'worker.ts'), WORKER);
    return startWorkerReplica(run.ctx, {
      name: 'worker-1',
      codeDir,
      entry: 'bin/worker.ts',
      env: {},
      readyUrlPath: '/readyz',
      bootTimeoutMs: 10_000,
      outputLimitBytes: 100_000,
      ...more,
    });
  }

  const ask = async (worker: WorkerReplica) =>
    (await (await fetch(worker.internalUrl)).json()) as { known: string[]; helper: number };

  test('is told one port, and has no address of its own', async () => {
    await using worker = await startWorker();
    expect((await ask(worker)).known).toEqual(['INTERNAL_PORT']);
    expect(worker).not.toHaveProperty('url');
  });

  test('comes back on the port that it had', async () => {
    const first = await startWorker();
    await first.kill();
    await using second = await startWorker({ firstPort: first.internalPort });
    expect(second.internalPort).toBe(first.internalPort);
  });

  test('starts on another port when its own is taken', async () => {
    await using taken = await plantListener();
    await using worker = await startWorker({ firstPort: taken.port });
    expect(worker.internalPort).not.toBe(taken.port);
  });

  test.each(['as it runs', 'while it is paused'])('is killed %s, and all that it has started', async (when) => {
    await using worker = await startWorker();
    const { helper } = await ask(worker);
    if (when === 'while it is paused') await worker.pause();
    expect(await worker.kill()).toMatchObject({ signal: 'SIGKILL', requested: true });
    expect([processInfo(worker.pid), processInfo(helper)]).toEqual([null, null]);
  });

  test('does nothing while it is paused, and goes on', async () => {
    await using worker = await startWorker();
    await worker.pause();
    expect(await httpStatus(worker.internalUrl, { timeoutMs: PAUSED_MS })).toBeNull();
    await worker.resume();
    expect(await httpStatus(worker.internalUrl, { timeoutMs: 5000 })).toBe(200);
  });

  test('that is paused ends in good order when it is asked to', async () => {
    await using worker = await startWorker();
    await worker.pause();
    expect(await worker.stop()).toMatchObject({ exitCode: 0, requested: true });
  });
});

test('an aborted run is no fault of the code', async () => {
  const starting = start({ 'bin/api.ts': 'setInterval(() => {}, 1000);' });
  setTimeout(() => run.abort(new Error('stopped')), 200);
  await expect(starting).rejects.toThrow('stopped');
});
