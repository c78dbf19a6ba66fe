import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventLog } from './event-log.ts';
import { streamEvents } from './event-stream.ts';
import { refusalFor } from './guards.ts';

/** Who asks for the practice load to pause; the pause ends with this process. */
export interface LoadHolder {
  readonly pid: number;
}

export interface ControlHandlers {
  status(): unknown;
  /** Called after the answer has been sent. */
  stop(): void;
  load(action: 'pause' | 'resume', holder: LoadHolder): Promise<unknown>;
  /** What can be disturbed, and what is. */
  faults(): unknown;
  /** `change` is the body, unchecked. */
  changeFaults(change: unknown): Promise<unknown>;
}

export interface ControlServerOptions {
  /** First port to try; the next free one of a hundred is taken. */
  readonly port: number;
  readonly token: string;
  readonly handlers: ControlHandlers;
  readonly events: () => EventLog | null;
}

export interface ControlServer extends AsyncDisposable {
  readonly port: number;
}

const bodyBytesMax = 4 * 1024;
const portsTried = 100;
const headers = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

class HttpProblem extends Error {
  readonly status: number;
  readonly facts: ErrorFacts;

  constructor(status: number, code: string, message: string, more: { family?: string; hint?: string } = {}) {
    super(message);
    this.status = status;
    this.facts = { code, message, ...more };
  }
}

/** What an answer says of an error. `family` is there where the asker may pass it on as its own. */
export interface ErrorFacts {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly family?: string;
}

/** The error families of the lab, by name: this package is built on nothing. */
const statusOfFamily: Readonly<Record<string, number>> = { UsageError: 400, LabError: 409, EnvironmentError: 409 };

/** The control API of a running session, on 127.0.0.1 only. Disposing closes every connection. */
export async function startControlServer(options: ControlServerOptions): Promise<ControlServer> {
  let port = 0;
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    void answer(request, response, { ...options, port });
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
  options: ControlServerOptions,
): Promise<void> {
  try {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const refusal = refusalFor(request, options);
    if (refusal !== null) throw new HttpProblem(refusal.status, refusal.code, refusal.message);
    await route(request, response, options);
  } catch (error) {
    const problem = problemOf(error);
    if (response.headersSent) response.destroy();
    else sendJson(response, problem.status, { error: problem.facts });
    // What was not read of a refused body must not be taken for the next request.
    if (!request.complete) response.once('finish', () => request.destroy());
  }
}

/** What a handler refuses, or cannot do, is told to whoever asked; anything else is a bug. */
function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const { name: family = '', code, message = '', hint } = (error ?? {}) as Partial<ErrorFacts & Error>;
  const status = statusOfFamily[family];
  if (status === undefined || code === undefined) return new HttpProblem(500, 'INTERNAL', String(error));
  return new HttpProblem(status, code, message, { family, ...(hint === undefined ? {} : { hint }) });
}

async function route(request: IncomingMessage, response: ServerResponse, options: ControlServerOptions): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const { handlers } = options;
  switch (path) {
    case '/api/status':
      requireMethod(request, 'GET');
      return sendJson(response, 200, handlers.status());
    case '/api/stop':
      requireMethod(request, 'POST');
      await readBody(request);
      response.once('close', () => handlers.stop());
      return sendJson(response, 202, { stopping: true });
    case '/api/load': {
      requireMethod(request, 'POST');
      const { action, holder } = parseLoad(await readBody(request));
      return sendJson(response, 200, await handlers.load(action, holder));
    }
    case '/api/faults':
      if (request.method === 'GET') return sendJson(response, 200, handlers.faults());
      requireMethod(request, 'POST');
      return sendJson(response, 200, await handlers.changeFaults(parseJson(await readBody(request))));
    case '/api/events': {
      requireMethod(request, 'GET');
      const events = options.events();
      if (events === null) throw new HttpProblem(503, 'NOT_READY', 'The run has not begun yet.');
      return streamEvents(request, response, events);
    }
    default:
      throw new HttpProblem(404, 'NOT_FOUND', 'There is nothing here.');
  }
}

function requireMethod(request: IncomingMessage, method: 'GET' | 'POST'): void {
  if (request.method !== method) throw new HttpProblem(405, 'METHOD_REFUSED', `Only ${method} is answered here.`);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new HttpProblem(413, 'BODY_TOO_LARGE', `At most ${bodyBytesMax} bytes are read.`);
    chunks.push(chunk);
  }
  if (bytes > 0 && !/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new HttpProblem(415, 'TYPE_REFUSED', 'A body must be application/json.');
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseLoad(body: string): { action: 'pause' | 'resume'; holder: LoadHolder } {
  try {
    const { action, pid } = JSON.parse(body) as { action?: unknown; pid?: unknown };
    const known = action === 'pause' || action === 'resume';
    if (known && typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0) return { action, holder: { pid } };
  } catch {
    // Falls through to the one answer for a body that does not fit.
  }
  throw new HttpProblem(400, 'BODY_REFUSED', 'The body must be {"action": "pause" | "resume", "pid": number}.');
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new HttpProblem(400, 'BODY_REFUSED', 'The body must be JSON.');
  }
}

function sendJson(response: ServerResponse, status: number, document: unknown): void {
  const body = `${JSON.stringify(document)}\n`;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(body);
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
