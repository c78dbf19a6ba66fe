import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type pg from 'pg';
import { beforeEach, expect, test } from 'vitest';
import { cancelStatement } from './cancel-statement.ts';

let port: number;
let received: Buffer[];
let answer: (socket: Socket) => void;

beforeEach(async () => {
  received = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket
      .on('error', () => {})
      .on('data', (chunk) => {
        received.push(chunk);
        answer(socket);
      });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  return async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
});

const client = () => ({ host: '127.0.0.1', port, processID: 4_711, secretKey: -2 }) as unknown as pg.PoolClient;

test('the server is told which backend to stop, as the protocol has it', async () => {
  answer = (socket) => socket.end();
  await cancelStatement(client(), 1_000);
  expect(Buffer.concat(received).toString('hex')).toBe('00000010' + '04d2162e' + '00001267' + 'fffffffe');
});

test('it is not done before the server has closed', async () => {
  const held = Promise.withResolvers<Socket>();
  answer = held.resolve;
  let done = false;
  const cancelling = cancelStatement(client(), 1_000).then(() => {
    done = true;
  });
  const socket = await held.promise;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(done).toBe(false);
  socket.end();
  await cancelling;
});

test('a server that is silent is not waited for', async () => {
  answer = () => {};
  await expect(cancelStatement(client(), 30)).rejects.toThrow();
});

test('a server that is away is an error', async () => {
  const nobody = { ...client(), port: 1 } as pg.PoolClient;
  await expect(cancelStatement(nobody, 1_000)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
