import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Starts to listen; resolves with the port in use. Rejects when the port is taken. */
export async function listen(
  app: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(app);
  server.requestTimeout = 20_000;
  server.headersTimeout = 10_000;
  // Longer than the idle time of usual load balancers, so that it is they who close and no request is lost in between.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return { server, port: (server.address() as AddressInfo).port };
}
