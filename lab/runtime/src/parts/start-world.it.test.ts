import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { httpStatus } from '../readiness/http-status.ts';
import { freePorts } from '../supervision/free-ports.ts';
import { plantListener } from '../testing/planted-listener.ts';
import { openTestRun } from '../testing/test-run.ts';
import { startWorld, type WorldSpec } from './start-world.ts';

// The real program. Found by its path, as the runner finds it: the runtime imports nothing of it.
const main = fileURLToPath(new URL('../../../world/src/world-main.ts', import.meta.url));
const SPEC: WorldSpec = { main, callers: ['worker-1', 'worker-2'], seed: 7 };

test('each caller has a port of its own, on which the provider answers', async () => {
  await using run = await openTestRun();
  await using world = await startWorld(run.ctx, SPEC);
  const ports = SPEC.callers.map((caller) => world.portOf(caller));
  expect(new Set([...ports, Number(new URL(world.controlUrl).port)]).size).toBe(3);
  for (const port of ports) {
    expect(await httpStatus(`http://${world.host}:${port}/healthz`, { timeoutMs: 2000 })).toBe(200);
  }
  expect(() => world.portOf('api-1')).toThrow(RangeError);
});

test('the control is opened by the token only, which is in no argument and no log', async () => {
  await using run = await openTestRun();
  await using world = await startWorld(run.ctx, SPEC);
  const ledger = (headers: Record<string, string>) => fetch(`${world.controlUrl}/ledger`, { headers });
  expect((await ledger({})).status).toBe(401);
  expect((await ledger({ authorization: `Bearer ${world.token}` })).status).toBe(200);
  expect(readFileSync(path.join(run.ctx.runDir, 'logs', 'payment.log'), 'utf8')).not.toContain(world.token);
  expect(readFileSync(path.join(run.ctx.runDir, 'journal.ndjson'), 'utf8')).not.toContain(world.token);
  if (process.platform === 'linux') {
    expect(readFileSync(`/proc/${world.pid}/cmdline`, 'utf8')).not.toContain(world.token);
  }
});

test('ports that are taken make it start on others', async () => {
  await using taken = await plantListener();
  await using run = await openTestRun();
  const firstPorts = [...(await freePorts(2)), taken.port];
  await using world = await startWorld(run.ctx, { ...SPEC, firstPorts });
  expect(world.portOf('worker-2')).not.toBe(taken.port);
  expect(run.messages.join()).toContain('port taken meanwhile, trying another');
});

test('a paused provider does not answer, and goes on', async () => {
  await using run = await openTestRun();
  await using world = await startWorld(run.ctx, SPEC);
  const url = `http://${world.host}:${world.portOf('worker-1')}/healthz`;
  await world.pause();
  expect(await httpStatus(url, { timeoutMs: 300 })).toBeNull();
  await world.resume();
  expect(await httpStatus(url, { timeoutMs: 2000 })).toBe(200);
});

test('it ends by itself when it is asked to', async () => {
  await using run = await openTestRun();
  await using world = await startWorld(run.ctx, SPEC);
  expect(await world.stop()).toMatchObject({ exitCode: 0, requested: true });
});

test('a program that cannot start says what it printed', async () => {
  await using run = await openTestRun();
  const starting = startWorld(run.ctx, { ...SPEC, callers: ['not a name'] });
  await expect(starting).rejects.toMatchObject({
    code: 'E_PART_START',
    message: expect.stringContaining('WORLD_CALLERS'),
  });
});
