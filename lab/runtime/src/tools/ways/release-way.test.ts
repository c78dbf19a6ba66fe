import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createToolSandbox } from '../testing/tool-sandbox.ts';
import { TOOL_TABLE } from '../tool-table.ts';
import { findChecksum, fromRelease } from './release-way.ts';

const PROGRAM = "#!/bin/sh\necho 'toxiproxy-server version 2.12.0'\n";
const NAME = 'toxiproxy-server-linux-amd64';

/** A server on loopback that publishes one file and its checksum. */
async function publish(checksum: string): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    if (request.url === '/sums') response.end(`${checksum}  ${NAME}\n`);
    else if (request.url === `/${NAME}`) response.writeHead(302, { location: '/real' }).end();
    else response.end(PROGRAM);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function fetchFrom(url: string, sandbox: Awaited<ReturnType<typeof createToolSandbox>>) {
  const stageDir = path.join(sandbox.root, 'stage');
  await mkdir(stageDir);
  const release = { url: `${url}/${NAME}`, checksumsUrl: `${url}/sums` };
  const context = sandbox.context('toxiproxy', { PATH: '/usr/bin:/bin' });
  return { stageDir, staged: await fromRelease(context, TOOL_TABLE.toxiproxy, { release, stageDir }) };
}

test('a release with the published checksum is taken', async () => {
  await using sandbox = await createToolSandbox();
  await using server = await publish(createHash('sha256').update(PROGRAM).digest('hex'));
  const { stageDir, staged } = await fetchFrom(server.url, sandbox);
  expect(staged).toEqual({ version: '2.12.0', executable: 'toxiproxy-server' });
  expect(await readFile(path.join(stageDir, 'toxiproxy-server'), 'utf8')).toBe(PROGRAM);
});

test('a release with another checksum is refused', async () => {
  await using sandbox = await createToolSandbox();
  await using server = await publish('0'.repeat(64));
  await expect(fetchFrom(server.url, sandbox)).rejects.toThrow('its checksum is not the published one');
});

test('a release that the checksums do not name is refused', async () => {
  await using sandbox = await createToolSandbox();
  await using server = await publish('not-a-checksum');
  await expect(fetchFrom(server.url, sandbox)).rejects.toThrow(`do not name ${NAME}`);
});

test('a server that is not there is said in plain words', async () => {
  await using sandbox = await createToolSandbox();
  const server = await publish('');
  await server[Symbol.asyncDispose]();
  await expect(fetchFrom(server.url, sandbox)).rejects.toThrow('could not be reached: the connection was refused');
});

test.each([
  [`${'a'.repeat(64)}  k6.tar.gz`, 'a'.repeat(64)],
  [`${'b'.repeat(64)} *dist/k6.tar.gz`, 'b'.repeat(64)],
  [`${'c'.repeat(64)}  other-k6.tar.gz`, undefined],
])('the checksum in %j', (list, checksum) => {
  expect(findChecksum(list, 'k6.tar.gz')).toBe(checksum);
});
