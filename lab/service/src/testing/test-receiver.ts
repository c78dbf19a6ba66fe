import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * What a message meets instead of a 204: another answer; none at all; one that is held until `release`; a connection
 * that breaks without an answer, or in the middle of one; an answer that never ends.
 */
export type Reception =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | { readonly kind: 'hang' }
  | { readonly kind: 'hold' }
  | { readonly kind: 'close' }
  | { readonly kind: 'truncate'; readonly status: number }
  | { readonly kind: 'endless'; readonly status: number };

export interface ReceivedMessage {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Of the header `webhook-id`. */
  readonly id: string;
  readonly body: string;
  readonly atMs: number;
}

export interface TestReceiver extends AsyncDisposable {
  urlOf(path: string): string;
  /** In the order in which they came in. */
  receivedAt(path: string): readonly ReceivedMessage[];
  /** What the next messages to a path meet, one each. `always` is for all after them. */
  behave(path: string, next: readonly Reception[], always?: Reception): void;
  /** Lets held answers go, and holds no more. */
  release(): void;
  /** Messages without an answer whose sender still waits. */
  waiting(): number;
}

interface Script {
  readonly next: Reception[];
  readonly always: Reception | undefined;
}

/** Somebody who is told of events: an endpoint for each path. */
export async function startTestReceiver(): Promise<TestReceiver> {
  const received: ReceivedMessage[] = [];
  const scripts = new Map<string, Script>();
  let gate = Promise.withResolvers<void>();
  let waiting = 0;

  const server = createServer((request, response) => {
    waiting += 1;
    response.once('close', () => {
      waiting -= 1;
    });
    void handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = '/', headers } = request;
    const body = await text(request);
    received.push({ path, headers, id: String(headers['webhook-id']), body, atMs: performance.now() });
    const script = scripts.get(path);
    const reception = script?.next.shift() ?? script?.always ?? { kind: 'answer', status: 204 };
    if (reception.kind === 'hold') await gate.promise;
    answer(response, reception);
  }

  return {
    urlOf: (path) => `http://127.0.0.1:${port}${path}`,
    receivedAt: (path) => received.filter((message) => message.path === path),
    behave: (path, next, always) => void scripts.set(path, { next: [...next], always }),
    release() {
      gate.resolve();
      gate = Promise.withResolvers();
      scripts.clear();
    },
    waiting: () => waiting,
    async [Symbol.asyncDispose]() {
      gate.resolve();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(response: ServerResponse, reception: Reception): void {
  switch (reception.kind) {
    case 'answer':
      response.writeHead(reception.status, reception.headers ?? {}).end(reception.body);
      break;
    case 'hold':
      response.writeHead(204).end();
      break;
    case 'close':
      response.socket?.resetAndDestroy();
      break;
    case 'truncate':
      response.writeHead(reception.status, { 'content-length': '1000' });
      response.write('half', () => response.socket?.destroy());
      break;
    case 'endless':
      response.writeHead(reception.status);
      endlessly(response);
      break;
    case 'hang':
  }
}

function endlessly(response: ServerResponse): void {
  const timer = setInterval(() => response.write('and so on '.repeat(100)), 1);
  response.once('close', () => clearInterval(timer));
}
