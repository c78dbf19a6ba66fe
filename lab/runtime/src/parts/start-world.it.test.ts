import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
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
const SPEC: WorldSpec = { part: 'payment', main, callers: ['worker-1', 'worker-2'], seed: 7 };

async function clamdAnswer(host: string, port: number): Promise<string> {
  const socket = connect(port, host);
  socket.end('zPING\0');
  const [data] = (await once(socket, 'data', { signal: AbortSignal.timeout(2000) })) as [Buffer];
  return data.toString('latin1');
}

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

test('scanner and receiver are processes of their own, each with a port for each caller', async () => {
  await using run = await openTestRun();
  await using scanner = await startWorld(run.ctx, { ...SPEC, part: 'scanner' });
  await using receiver = await startWorld(run.ctx, { ...SPEC, part: 'receiver', callers: ['shops'] });
  expect([scanner.part, receiver.part]).toEqual(['scanner', 'receiver']);
  expect(scanner.pid).not.toBe(receiver.pid);
  for (const caller of SPEC.callers) {
    expect(await clamdAnswer(scanner.host, scanner.portOf(caller))).toBe('PONG\0');
  }
  const url = `http://${receiver.host}:${receiver.portOf('shops')}/told`;
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(204);
  expect(() => receiver.portOf('worker-1')).toThrow('receiver has no caller worker-1');
  expect(existsSync(path.join(run.ctx.runDir, 'logs', 'scanner.log'))).toBe(true);
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
