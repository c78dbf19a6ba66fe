import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { startTestService } from '../testing/test-service.ts';

test('a cache that hangs costs a few reads a little, and the rest nothing', async () => {
  await using hanging = await listenSilently();
  await using service = await startTestService({ REDIS_CACHE_URL: `redis://127.0.0.1:${hanging.port}` });
  const tenant = await service.createTenant();
  const token = await service.signIn(tenant);
  const startedAtMs = performance.now();
  for (let read = 0; read < 60; read += 1) {
    expect((await service.request(`/v2/books/${tenant.bookIds[0]}`, { token })).status).toBe(200);
  }
  // If each of them had waited for the time-out it would be 60 × 150 ms.
  expect(performance.now() - startedAtMs).toBeLessThan(6_000);
});

/** Accepts connections and never answers. */
async function listenSilently() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => {}).resume()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
