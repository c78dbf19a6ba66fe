import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Takes purges as Varnish does with our rules, and stores nothing. */
export interface TestPurgeTarget extends AsyncDisposable {
  readonly url: string;
  /** Keys of each purge. */
  readonly purges: readonly string[];
  /** Whether the next purges succeed, once it says so. */
  onPurge: () => boolean | Promise<boolean>;
}

export async function startTestPurgeTarget(): Promise<TestPurgeTarget> {
  const purges: string[] = [];
  const server = createServer(async (request, response) => {
    if (!(await target.onPurge())) return void response.writeHead(503).end();
    if (request.method === 'PURGE') purges.push(String(request.headers['surrogate-key']));
    response.setHeader('Purged', '1').end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const target: TestPurgeTarget = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    purges,
    onPurge: () => true,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return target;
}
