import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Wanted {
  readonly part: AsyncDisposable;
  /** What tests are told of it, as JSON. */
  readonly facts: object;
}

/** An address that answers with the facts of a part, and starts it when it is asked for the first time. */
export async function offerOnDemand(start: () => Promise<Wanted>): Promise<AsyncDisposable & { readonly url: string }> {
  let starting: Promise<Wanted> | undefined;
  const server = createServer(async (_request, response) => {
    try {
      starting ??= start();
      response.end(JSON.stringify((await starting).facts));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await (await starting?.catch(() => undefined))?.part[Symbol.asyncDispose]();
    },
  };
}
