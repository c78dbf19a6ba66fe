import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type * as z from 'zod';

/** Ends a request with this answer. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Serves on 127.0.0.1; port 0 stands for any. Disposing cuts every connection. */
export async function serve(handle: Handler, port: number): Promise<AsyncDisposable & { readonly port: number }> {
  // A held call is not cut: these limits are on what a caller takes to send its request.
  const limits = { requestTimeout: 10_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 };
  const server = createServer({ ...limits, keepAliveTimeout: 60_000 }, (request, response) => {
    handle(request, response).catch((error: unknown) => refuse(request, response, error));
  });
  server.maxConnections = 4_000;
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ port, host: '127.0.0.1', exclusive: true }, resolve);
  await listening;
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((ended) => server.close(ended));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The URL that was asked for; 400 for what is none. */
export function urlOf(request: IncomingMessage): URL {
  const url = URL.parse(request.url ?? '', 'http://127.0.0.1');
  if (url === null) throw new HttpProblem(400, 'TARGET_REFUSED', 'The request target must be a path.');
  return url;
}

/** The body, parsed; 413 over `bytesMax`, 400 for what is not JSON or does not fit. */
export async function readJson<T>(
  request: IncomingMessage,
  { schema, bytesMax }: { readonly schema: z.ZodType<T>; readonly bytesMax: number },
): Promise<T> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop must not cut the connection: the refusal goes out on it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new HttpProblem(413, 'BODY_TOO_LARGE', `At most ${bytesMax} bytes are read.`);
    chunks.push(chunk);
  }
  const parsed = schema.safeParse(parseJson(Buffer.concat(chunks).toString('utf8')));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new HttpProblem(400, 'BODY_REFUSED', problems.slice(0, 5).join('; '));
}

export function sendJson(
  response: ServerResponse,
  { status, headers, body }: { status: number; headers?: Readonly<Record<string, string>>; body?: unknown },
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const { status, code, message } =
    error instanceof HttpProblem ? error : new HttpProblem(500, 'INTERNAL', String(error));
  // The rest of a refused body is read and forgotten: closing on it would take the answer from its caller.
  request.resume();
  sendJson(response, { status, body: { code, message } });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No schema takes undefined: it is refused as any other body that does not fit.
    return undefined;
  }
}
