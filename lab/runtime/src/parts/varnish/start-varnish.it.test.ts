import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpStatus } from '../../readiness/http-status.ts';
import { freePorts } from '../../supervision/free-ports.ts';
import { plantListener } from '../../testing/planted-listener.ts';
import { openTestRun, type TestRun } from '../../testing/test-run.ts';
import { toolsForTests } from '../../testing/tools-for-tests.ts';
import { type StartedVarnish, startVarnish, type VarnishSpec } from './start-varnish.ts';

const RULES = `
vcl 4.1;
import xkey;
include "varnish-place.vcl";

sub vcl_recv {
  if (req.method == "PURGE") {
    if (client.ip !~ purgers) {
      return (synth(403));
    }
    set req.http.Purged = xkey.purge(req.http.Keys);
    return (synth(200, "Purged " + req.http.Purged));
  }
}
`;

let run: TestRun;
let origin: Server;
let spec: VarnishSpec;
let varnish: StartedVarnish;
let asked = 0;

beforeAll(async () => {
  run = await openTestRun({ tools: await toolsForTests(['varnish']) });
  const [port = 0] = await freePorts(1);
  const rulesFile = path.join(run.ctx.runDir, 'rules.vcl');
  await writeFile(rulesFile, RULES);
  origin = createServer((_, response) => {
    asked += 1;
    response.setHeader('cache-control', 'max-age=60').setHeader('xkey', 'one two').end(`answer ${asked}`);
  });
  spec = { rulesFile, origin: { host: '127.0.0.1', port } };
  varnish = await startVarnish(run.ctx, spec);
  await new Promise<void>((resolve) => origin.listen(port, '127.0.0.1', resolve));
});
afterAll(async () => {
  await varnish?.[Symbol.asyncDispose]();
  origin?.closeAllConnections();
  origin?.close();
  await run?.[Symbol.asyncDispose]();
});

const ask = async () => (await fetch(varnish.url)).text();
const purge = async (keys: string) => (await fetch(varnish.url, { method: 'PURGE', headers: { keys } })).statusText;

test('it asks the origin once, and again after a purge by one of the keys', async () => {
  expect([await ask(), await ask()]).toEqual(['answer 1', 'answer 1']);
  expect([await purge('three'), await ask()]).toEqual(['Purged 0', 'answer 1']);
  expect([await purge('two'), await ask()]).toEqual(['Purged 1', 'answer 2']);
});

test('a paused cache does not answer, and goes on', async () => {
  await varnish.pause();
  expect(await httpStatus(varnish.url, { timeoutMs: 300 })).toBeNull();
  await varnish.resume();
  expect(await httpStatus(varnish.url, { timeoutMs: 2000 })).toBe(200);
});

test('a port that is taken makes it start on another, also when another cache has it', async () => {
  await using taken = await plantListener();
  for (const port of [taken.port, varnish.port]) {
    await using other = await openTestRun({ tools: run.ctx.tools });
    await using second = await startVarnish(other.ctx, { ...spec, firstPort: port });
    expect(second.port).not.toBe(port);
    expect(other.messages.join()).toContain('port taken meanwhile, trying another');
  }
});

test('rules that are wrong are told with what the compiler says of them', async () => {
  await using other = await openTestRun({ tools: run.ctx.tools });
  const rulesFile = path.join(other.ctx.runDir, 'wrong.vcl');
  await writeFile(rulesFile, 'vcl 4.1; include "varnish-place.vcl"; sub vcl_recv { nonsense; }');
  const starting = startVarnish(other.ctx, { ...spec, rulesFile });
  await expect(starting).rejects.toMatchObject({ code: 'E_PART_START', message: expect.stringContaining('nonsense') });
});

test('it ends by itself, and its folder goes away with it', async () => {
  await using other = await openTestRun({ tools: run.ctx.tools });
  const second = await startVarnish(other.ctx, spec);
  expect(await second.stop()).toMatchObject({ exitCode: 0, requested: true });
  expect(await httpStatus(second.url, { timeoutMs: 300 })).toBeNull();
  expect(existsSync(path.join(other.ctx.runDir, 'parts', 'varnish'))).toBe(false);
});

test('killed, it leaves no process behind that would go on answering', async () => {
  await using other = await openTestRun({ tools: run.ctx.tools });
  await using second = await startVarnish(other.ctx, spec);
  await second.kill();
  expect(await httpStatus(second.url, { timeoutMs: 300 })).toBeNull();
});
