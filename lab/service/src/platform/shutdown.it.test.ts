import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawnTestApi } from '../testing/test-api.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../testing/test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.[Symbol.asyncDispose]());

const startProgram = (environment: Readonly<Record<string, string>> = {}) => spawnTestApi({ database, environment });

async function refusesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return await once(socket, 'connect')
    .then(
      () => false,
      () => true,
    )
    .finally(() => socket.destroy());
}

async function fetchVia(agent: Agent, port: number, path: string): Promise<IncomingMessage> {
  const [response] = await once(get({ agent, port, path, host: '127.0.0.1' }), 'response');
  response.resume();
  await once(response, 'end');
  return response;
}

test('SIGTERM ends the program with 0, although a client keeps an idle connection', async () => {
  const { child, port, exited } = await startProgram();
  const agent = new Agent({ keepAlive: true });
  expect((await fetchVia(agent, port, '/readyz')).statusCode).toBe(200);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  agent.destroy();
});

test('while it drains the program is not ready and asks clients to leave', async () => {
  const { child, port, exited } = await startProgram({ SHUTDOWN_DELAY_MS: '1500' });
  const agent = new Agent({ keepAlive: true });
  await fetchVia(agent, port, '/livez');
  child.kill('SIGTERM');
  await expect.poll(async () => (await fetchVia(agent, port, '/readyz')).statusCode).toBe(503);
  const answer = await fetchVia(agent, port, '/v2/books');
  expect(answer.statusCode).toBe(401);
  expect(answer.headers.connection).toBe('close');
  expect(await exited).toBe(0);
  agent.destroy();
});

test('a request in flight is finished before the program ends', async () => {
  const { child, port, exited } = await startProgram();
  const agent = new Agent({ keepAlive: true });
  const body = JSON.stringify({ tenant: 'shop', email: 'nobody@shop.example', password: 'wrong' });
  const answer = await withClient(database.ownerUrl, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE tenants');
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const asked = request({ agent, port, host: '127.0.0.1', path: '/v2/auth/token', method: 'POST', headers });
    const responded = once(asked.end(body), 'response');
    await expect.poll(() => database.query('SELECT 1 FROM pg_locks WHERE NOT granted')).not.toEqual([]);
    child.kill('SIGTERM');
    await expect.poll(() => refusesConnections(port)).toBe(true);
    await holder.query('ROLLBACK');
    const [response] = await responded;
    return response.resume() as IncomingMessage;
  });
  expect(answer.statusCode).toBe(401);
  expect(answer.headers.connection).toBe('close');
  expect(await exited).toBe(0);
  agent.destroy();
});

test('a request that outlasts the limit is cut off, and the exit code says so', async () => {
  const { child, port, exited } = await startProgram({ SHUTDOWN_TIMEOUT_MS: '300' });
  await withClient(database.ownerUrl, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE tenants');
    const asked = fetch(`http://127.0.0.1:${port}/v2/auth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tenant: 'shop', email: 'nobody@shop.example', password: 'wrong' }),
    }).catch(() => 'cut off');
    await expect.poll(() => database.query('SELECT 1 FROM pg_locks WHERE NOT granted')).not.toEqual([]);
    child.kill('SIGTERM');
    expect(await asked).toBe('cut off');
    expect(await exited).toBe(1);
  });
});

test('a second signal ends the program at once', async () => {
  const { child, exited } = await startProgram({ SHUTDOWN_DELAY_MS: '30000' });
  child.kill('SIGTERM');
  child.kill('SIGINT');
  expect(await exited).toBe(1);
});

test('a wrong configuration ends the program with 1 and a message without a stack', async () => {
  const program = new URL('../../bin/api.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program], { env: { PATH: process.env.PATH, PORT: 'x' } });
  const [output, [code]] = await Promise.all([child.stderr.setEncoding('utf8').toArray(), once(child, 'exit')]);
  expect(code).toBe(1);
  expect(output.join('')).toContain('PORT: expected a whole number from 0 to 65535, found "x"');
  expect(output.join('')).not.toContain('    at ');
});
