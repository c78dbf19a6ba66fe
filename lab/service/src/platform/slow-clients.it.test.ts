import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiProcess, spawnTestApi } from '../testing/test-api.ts';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';

const LIMIT_MS = 2_000;
const LENGTH = 12_000_000;

let service: TestService;
let tenant: TestTenant;
let token: string;

beforeAll(async () => {
  service = await startTestService();
  tenant = await service.createTenant({ books: 1 });
  await service.database.query("UPDATE books SET description = repeat('x', $1::integer)", [LENGTH]);
  token = await service.signIn(tenant);
});
afterAll(() => service?.[Symbol.asyncDispose]());

const spawn = () =>
  spawnTestApi({ database: service.database, environment: { SHUTDOWN_TIMEOUT_MS: String(LIMIT_MS) } });

async function client({ port }: ApiProcess, head: readonly string[]): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {}); // It is cut off in the end.
  await once(socket, 'connect');
  socket.write([...head, `authorization: Bearer ${token}`, 'host: shop', ''].join('\r\n'));
  return socket;
}

/** Sends a byte now and then for as long as anybody listens. */
function dribble(socket: Socket): void {
  const timer = setInterval(() => socket.write('x'), 50);
  socket.once('close', () => clearInterval(timer));
}

/** The server has been sent all this, and has begun on it. */
async function isBusy({ url }: ApiProcess): Promise<void> {
  expect((await fetch(`${url}/v2/books?limit=1`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
}

/** Ends the program; resolves with its exit code and the time that it took. */
async function stop(api: ApiProcess) {
  const startedAtMs = performance.now();
  api.child.kill('SIGTERM');
  const code = await api.exited;
  return { code, tookMs: performance.now() - startedAtMs };
}

test.each([
  ['the head of its request', ['GET /v2/books HTTP/1.1'], 'x-slow: '],
  [
    'its body',
    ['POST /v2/orders HTTP/1.1', 'content-type: application/json', 'idempotency-key: slow', 'content-length: 99999'],
    '\r\n{"',
  ],
])('a client that sends %s byte by byte is cut off at the limit, and that is no failure', async (_what, head, more) => {
  await using api = await spawn();
  const socket = await client(api, head);
  socket.write(more);
  dribble(socket);
  await isBusy(api);
  const { code, tookMs } = await stop(api);
  expect(code).toBe(0);
  expect(tookMs).toBeGreaterThan(LIMIT_MS - 100);
  expect(tookMs).toBeLessThan(LIMIT_MS + 1_500);
  if (!socket.closed) await once(socket, 'close');
});

/** Asks for the book that is more than two sockets hold, and reads the head of the answer only. */
async function askForMuch(api: ApiProcess): Promise<IncomingMessage> {
  const path = `/v2/books/${tenant.bookIds[0]}`;
  const headers = { authorization: `Bearer ${token}` };
  const [response] = await once(get({ agent: false, host: '127.0.0.1', port: api.port, path, headers }), 'response');
  return response.pause().on('error', () => {}); // It may be cut off.
}

test('a client that reads slowly has the whole answer before the program ends', async () => {
  await using api = await spawn();
  const response = await askForMuch(api);
  api.child.kill('SIGTERM');
  await sleep(LIMIT_MS / 2);
  expect(api.child.exitCode).toBe(null);
  expect((await text(response)).length).toBeGreaterThan(LENGTH);
  expect(await api.exited).toBe(0);
});

test('a client that does not read is cut off at the limit, and that is no failure', async () => {
  await using api = await spawn();
  const response = await askForMuch(api);
  const { code, tookMs } = await stop(api);
  expect(code).toBe(0);
  expect(tookMs).toBeGreaterThan(LIMIT_MS - 100);
  expect(tookMs).toBeLessThan(LIMIT_MS + 1_500);
  response.destroy();
});
