import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ControlRoutes, route } from './control-routes.ts';
import { HttpProblem, problemOf, sendJson } from './exchange.ts';
import { isApi, refusalFor } from './guards.ts';
import { sendPage } from './pages/send-page.ts';
import { openSite, type SiteFiles } from './pages/site-files.ts';

export interface ControlServerOptions extends ControlRoutes {
  /** First port to try; the next free one of a hundred is taken. */
  readonly port: number;
  readonly token: string;
  /** Folder of the built pages. Without it, or while nothing is built there, the API alone is answered. */
  readonly site?: string | undefined;
}

export interface ControlServer extends AsyncDisposable {
  readonly port: number;
}

const portsTried = 100;
const headers = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/** Pages and control API on one origin, on 127.0.0.1 only. Disposing closes every connection. */
export async function startControlServer(options: ControlServerOptions): Promise<ControlServer> {
  let port = 0;
  const site = openSite(options.site ?? null);
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    void answer(request, response, { ...options, port, pages: site });
  });
  server.maxConnections = 64;
  port = await listenFrom(server, options.port);
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ControlServerOptions & { readonly pages: SiteFiles },
): Promise<void> {
  try {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const refusal = refusalFor(request, options);
    if (refusal !== null) throw new HttpProblem(refusal.status, refusal.code, refusal.message);
    if (isApi(request)) await route(request, response, options);
    else await sendPage(request, response, options.pages);
  } catch (error) {
    const problem = problemOf(error);
    if (response.headersSent) response.destroy();
    else sendJson(response, problem.status, { error: problem.facts });
    // What was not read of a refused body must not be taken for the next request.
    if (!request.complete) response.once('finish', () => request.destroy());
  }
}

async function listenFrom(server: Server, first: number): Promise<number> {
  for (let port = first; port < first + portsTried; port += 1) {
    if (await tryListen(server, port)) return (server.address() as AddressInfo).port;
  }
  throw new Error(`No free port between ${first} and ${first + portsTried - 1}.`);
}

function tryListen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      server.off('listening', listening);
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    };
    const listening = (): void => {
      server.off('error', failed);
      resolve(true);
    };
    server.once('error', failed);
    server.once('listening', listening);
    server.listen({ port, host: '127.0.0.1', exclusive: true });
  });
}
