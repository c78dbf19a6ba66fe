import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type OpenRun, type StartedS3, startS3 } from '@lab/runtime';

/** An address that answers with that of an object store, and starts it when it is asked for the first time. */
export async function offerStore(
  run: OpenRun,
  findTool: () => Promise<string>,
): Promise<AsyncDisposable & { url: string }> {
  let starting: Promise<StartedS3> | undefined;
  const start = async () => startS3({ ...run.ctx, tools: { ...run.ctx.tools, versitygw: await findTool() } });
  const server = createServer(async (_request, response) => {
    try {
      starting ??= start();
      const { url: endpoint, region, credentials } = await starting;
      response.end(JSON.stringify({ endpoint, region, ...credentials }));
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
      await (await starting?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}
