import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** One event of a run as the stream carries it. */
interface FakeEvent {
  readonly seq: number;
  readonly event: string;
  readonly run: string;
  readonly [field: string]: unknown;
}

/** A lab of which only its answers are there. */
export interface FakeLab extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string;
  /** What was sent by POST. */
  readonly orders: unknown[];
  /** `Last-Event-ID` of each stream that was begun. */
  readonly resumed: (string | null)[];
  /** Adds an event to the run, and sends it to who is connected, unless `isHeldBack`. */
  tell(event: string, fields: Readonly<Record<string, unknown>>, isHeldBack?: boolean): FakeEvent;
  /** Sends an event again, or for the first time. */
  send(event: FakeEvent): void;
  /** Cuts every stream. */
  drop(): void;
  /** All that went over the wire to browsers so far, headers included. */
  sentBytes(): number;
}

const token = 'a-token-of-a-fake-lab-000000';
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Serves built pages under the policy of their build, and answers from `answers` by path. */
export async function startFakeLab(folder: string, answers: Readonly<Record<string, unknown>>): Promise<FakeLab> {
  const { header } = JSON.parse(await readFile(join(folder, 'site-policy.json'), 'utf8')) as { header: string };
  const events: FakeEvent[] = [];
  const streams = new Set<ServerResponse>();
  const resumed: (string | null)[] = [];
  const orders: unknown[] = [];
  const run = '20260101-000001-0000';
  const api = async (path: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.headers.authorization !== `Bearer ${token}`) return json(response, 401, { error: { message: 'No.' } });
    if (request.method === 'POST') {
      let body = '';
      for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString('utf8');
      orders.push(JSON.parse(body));
      const answer = answers[path] ?? {};
      return json(response, 'error' in (answer as object) ? 400 : 200, answer);
    }
    if (path === '/api/events') {
      const last = request.headers['last-event-id'];
      resumed.push(typeof last === 'string' ? last : null);
      const after = Number(String(last ?? '').split(':')[1] ?? 0);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`retry: 1000\n\nevent: hello\ndata: ${JSON.stringify({ run, wall: Date.now() })}\n\n`);
      for (const event of events) if (event.seq > after) response.write(frame(event));
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return;
    }
    const answer = answers[path];
    json(response, answer === undefined ? 404 : 200, answer ?? { error: { message: 'Not there.' } });
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://lab');
    const answering = pathname.startsWith('/api/')
      ? api(pathname, request, response)
      : sendPage({ folder, header, path: pathname }, request, response);
    answering.catch(() => response.writeHead(404).end());
  });
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const send = (event: FakeEvent): void => {
    for (const stream of streams) stream.write(frame(event));
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    orders,
    resumed,
    send,
    tell(event, fields, isHeldBack = false) {
      const told: FakeEvent = {
        seq: events.length + 1,
        event,
        run,
        t: events.length * 1_000,
        wall: Date.now(),
        ...fields,
      };
      events.push(told);
      if (!isHeldBack) send(told);
      return told;
    },
    sentBytes: () => sockets.reduce((bytes, { bytesWritten }) => bytes + bytesWritten, 0),
    drop: () => {
      for (const stream of streams) stream.destroy();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface AskedPage {
  readonly folder: string;
  /** The policy of the build. */
  readonly header: string;
  readonly path: string;
}

async function sendPage(
  { folder, header, path }: AskedPage,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
  const type = types[extname(file)] ?? 'application/octet-stream';
  const content = await readFile(file);
  // As the lab's own server does it.
  const isCompressed =
    /^(?:text|application)\//.test(type) && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  response.writeHead(200, {
    'content-type': type,
    'content-security-policy': header,
    ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(isCompressed ? gzipSync(content, { level: 6 }) : content);
}

function frame(event: FakeEvent): string {
  return `id: ${event.run}:${event.seq}\nevent: ${event.event}\ndata: ${JSON.stringify(event)}\n\n`;
}

function json(response: ServerResponse, status: number, document: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(document));
}
