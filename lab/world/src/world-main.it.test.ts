import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { createWorldControl, worldMainFile } from './index.ts';
import { eventually, send, token } from './testing/test-world.ts';

const running: ChildProcess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

const sound = { WORLD_CALLERS: 'worker-1,worker-2', WORLD_CONTROL_TOKEN: token, WORLD_SEED: '7' };
const { signal } = new AbortController();

function start(environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [worldMainFile], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode, errors: errors.join('') }));
  return { child, ended };
}

async function ready(child: ChildProcess): Promise<{ control: number; callers: Record<string, number> }> {
  if (!child.stdout) throw new Error('The output of the program is not piped.');
  const [line] = await once(createInterface({ input: child.stdout }), 'line', { signal: AbortSignal.timeout(10_000) });
  return JSON.parse(line) as { control: number; callers: Record<string, number> };
}

test('the program prints its ports in one line, serves on them and ends on SIGTERM', async () => {
  const { child, ended } = start(sound);
  const { control, callers } = await ready(child);
  expect(Object.keys(callers)).toEqual(['worker-1', 'worker-2']);
  const url = `http://127.0.0.1:${callers['worker-1']}/healthz`;
  expect((await fetch(url)).status).toBe(200);
  await createWorldControl({ url: `http://127.0.0.1:${control}`, token, signal }).ping();
  child.kill('SIGTERM');
  expect(await ended).toEqual({ exitCode: 0, errors: '' });
});

test('the program ends when it is told, also with calls held and connections kept', async () => {
  const { child, ended } = start(sound);
  const { control, callers } = await ready(child);
  const world = createWorldControl({ url: `http://127.0.0.1:${control}`, token, signal });
  const hold = await world.hold({ at: 'before' });
  const body = JSON.stringify({ reference: 'order-1', amountCents: 1, currency: 'EUR' });
  const held = fetch(`http://127.0.0.1:${callers['worker-1']}/charges`, { method: 'POST', body });
  const cut = expect(held).rejects.toThrow();
  await hold.waitFor({ count: 1, withinMs: 20_000 });
  await world.stop();
  expect(await ended).toEqual({ exitCode: 0, errors: '' });
  await cut;
});

test('the program does not wait for answers that are due later', async () => {
  const { child, ended } = start(sound);
  const { control, callers } = await ready(child);
  const world = createWorldControl({ url: `http://127.0.0.1:${control}`, token, signal });
  await world.setBehaviours([{ kind: 'latency', latencyMs: 60_000, jitterMs: 0 }]);
  const sent = send(callers['worker-1'] ?? 0, { body: { reference: 'order-1', amountCents: 1, currency: 'EUR' } });
  await eventually(async () => (await world.ledger()).charges.length === 1);
  child.kill('SIGTERM');
  expect(await ended).toEqual({ exitCode: 0, errors: '' });
  await expect(sent.answer).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('the ports that are given are used, and one that is taken is named', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  try {
    const { ended } = start({ ...sound, WORLD_PORTS: `0,0,${port}` });
    const { exitCode, errors } = await ended;
    expect(exitCode).toBe(1);
    expect(errors).toContain(`EADDRINUSE: address already in use 127.0.0.1:${port}`);
  } finally {
    taken.close();
    await once(taken, 'close');
  }
  const again = start({ ...sound, WORLD_PORTS: `0,0,${port}` });
  expect((await ready(again.child)).callers['worker-2']).toBe(port);
});

test('without a token the program does not start, and says which variable is missing', async () => {
  const { exitCode, errors } = await start({ WORLD_CALLERS: 'worker-1' }).ended;
  expect(exitCode).toBe(1);
  expect(errors).toMatch(/WORLD_CONTROL_TOKEN: expected/);
  expect(errors).not.toMatch(/\n\s+at /);
});
