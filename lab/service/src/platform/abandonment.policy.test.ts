import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Response } from 'express';
import { expect, test, vi } from 'vitest';
import { checkOut } from './abandonment.ts';
import type { Pool } from './postgres.ts';
import { requestContext, stateOf } from './request-context.ts';
import { timeLimit } from './time-limit.ts';

/** A route that never answers by itself; each response that it was given is kept. */
async function startApp(limitMs: number) {
  const responses: Response[] = [];
  const app = express().use(requestContext(), timeLimit(limitMs));
  app.get('/held', (_request, response) => void responses.push(response));
  app.get('/done', (_request, response) => {
    responses.push(response);
    response.json({});
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    responses,
    signal: () => responses[0] && stateOf(responses[0]).abandonment.signal,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

test('at the time limit the caller has an answer, and the work is told to end', async () => {
  await using app = await startApp(30);
  const answer = await fetch(`${app.url}/held`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'TIMED_OUT' });
  expect(app.signal()?.reason).toMatchObject({ code: 'TIMED_OUT' });
});

test('when the client goes, the work is told to end', async () => {
  await using app = await startApp(5_000);
  const leaving = new AbortController();
  const asked = fetch(`${app.url}/held`, { signal: leaving.signal });
  await expect.poll(() => app.responses).toHaveLength(1);
  leaving.abort();
  await expect(asked).rejects.toThrow();
  await expect.poll(() => app.signal()?.reason).toMatchObject({ code: 'CLIENT_GONE', status: 499 });
});

test('a request that was answered is not abandoned', async () => {
  await using app = await startApp(30);
  await (await fetch(`${app.url}/done`)).json();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(app.signal()?.aborted).toBe(false);
});

function waitingPool() {
  const turn = Promise.withResolvers<{ release: () => void }>();
  const client = { release: vi.fn() };
  return { pool: { connect: () => turn.promise } as unknown as Pool, client, arrive: () => turn.resolve(client) };
}

test('who goes away while waiting for a connection is free at once, and the connection goes to the next', async () => {
  const { pool, client, arrive } = waitingPool();
  const leaving = new AbortController();
  const waiting = checkOut(pool, leaving.signal);
  leaving.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  arrive();
  await expect.poll(() => client.release.mock.calls).toHaveLength(1);
});

test('a connection that comes in time is given, and who has gone before does not even wait', async () => {
  const { pool, client, arrive } = waitingPool();
  arrive();
  expect(await checkOut(pool, new AbortController().signal)).toBe(client);
  expect(await checkOut(pool, undefined)).toBe(client);
  await expect(checkOut(pool, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  expect(client.release).not.toHaveBeenCalled();
});
