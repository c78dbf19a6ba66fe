import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listeners, portsOf, pssKib, seeProcesses } from './proc.ts';

test.runIf(process.platform === 'linux')('this process is seen with its port and its memory', async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  expect(portsOf([process.pid])).toContain(port);
  expect(listeners().map((socket) => socket.port)).toContain(port);
  expect(portsOf([])).toEqual([]);
  expect(pssKib(process.pid)).toBeGreaterThan(10_000);
  expect(seeProcesses().find(({ pid }) => pid === process.pid)).toMatchObject({
    parent: process.ppid,
    cwd: process.cwd(),
  });
});

test.runIf(process.platform === 'linux')('a process that is gone has neither ports nor memory', () => {
  // Above the largest id that Linux gives out.
  expect(portsOf([4_194_305])).toEqual([]);
  expect(pssKib(4_194_305)).toBe(0);
});
