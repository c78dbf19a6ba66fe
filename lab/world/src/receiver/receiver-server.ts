import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { HttpProblem, sendJson, serve, urlOf } from '../http/exchange.ts';
import type { CallerPort } from '../payment/provider-server.ts';
import type { Message, Receipt } from './receipts.ts';
import type { Receiver, ReceiverDecision } from './receiver.ts';

export interface ReceiverServer extends AsyncDisposable {
  readonly ports: readonly CallerPort[];
  /** Takes a hold away. Resolves to how many messages went on, once their answers are on their way. */
  release(holdId: string): Promise<number>;
  reset(): void;
}

/** A message whose connection is open. */
interface Line {
  readonly response: ServerResponse;
  timer: NodeJS.Timeout | undefined;
}

type Lines = Map<Receipt, Line>;

const bodyBytesMax = 64 * 1024;
const trickleEveryMs = 20;

/** The receiver over HTTP, one listener per caller; endpoints are paths. It owns the connections. */
export async function startReceiverServer(receiver: Receiver, callers: readonly CallerPort[]): Promise<ReceiverServer> {
  const lines: Lines = new Map();
  await using starting = new AsyncDisposableStack();
  const ports: CallerPort[] = [];
  for (const { caller, port } of callers) {
    const server = await serve((request, response) => take({ receiver, lines, caller }, request, response), port);
    ports.push({ caller, port: starting.use(server).port });
  }
  const servers = starting.move();
  return {
    ports,
    async release(holdId) {
      // One turn of the loop first: whoever has hung up by now is not answered.
      await nextTurn();
      const released = receiver.release(holdId);
      for (const { receipt, decision } of released) carryOut({ receiver, lines }, receipt, decision);
      return released.length;
    },
    reset() {
      for (const receipt of receiver.reset()) lines.get(receipt)?.response.req.socket.resetAndDestroy();
    },
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  };
}

interface Place {
  readonly receiver: Receiver;
  readonly lines: Lines;
}

async function take(
  place: Place & { readonly caller: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = urlOf(request);
  if (request.method === 'GET' && pathname === '/healthz') {
    return sendJson(response, { status: 200, body: { status: 'ok' } });
  }
  if (request.method !== 'POST') throw new HttpProblem(405, 'METHOD_REFUSED', 'Events are told by POST.');
  const body = await readBody(request);
  const { receiver, lines, caller } = place;
  const { receipt, decision } = receiver.receive(messageOf(request, { caller, path: pathname, body }));
  const line: Line = { response, timer: undefined };
  lines.set(receipt, line);
  response.once('close', () => {
    clearTimeout(line.timer);
    receiver.drop(receipt);
    lines.delete(receipt);
  });
  carryOut(place, receipt, decision);
}

function carryOut(place: Place, receipt: Receipt, decision: ReceiverDecision): void {
  const line = place.lines.get(receipt);
  if (!line || decision.kind === 'wait') return;
  if (decision.afterMs === 0) act(place, receipt, decision);
  else line.timer = setTimeout(() => act(place, receipt, decision), decision.afterMs);
}

function act(
  { receiver, lines }: Place,
  receipt: Receipt,
  decision: Exclude<ReceiverDecision, { kind: 'wait' }>,
): void {
  const line = lines.get(receipt);
  if (!line) return;
  const { response } = line;
  switch (decision.kind) {
    case 'answer': {
      const { status, headers, body } = decision.answer;
      receiver.answered(receipt, status);
      response.writeHead(status, headers).end(body);
      break;
    }
    case 'reset':
      receiver.cut(receipt, null);
      response.req.socket.resetAndDestroy();
      break;
    case 'truncate':
      receiver.cut(receipt, decision.status);
      response.writeHead(decision.status, { 'content-length': '1000' });
      response.write('half', () => response.req.socket.resetAndDestroy());
      break;
    case 'trickle':
      receiver.answered(receipt, decision.status);
      response.writeHead(decision.status);
      line.timer = setInterval(() => response.write('.'), trickleEveryMs);
  }
}

function messageOf(
  { headers, socket }: IncomingMessage,
  { caller, path, body }: Pick<Message, 'caller' | 'path' | 'body'>,
): Message {
  const header = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value.slice(0, 1_000) : null;
  };
  return {
    caller,
    path,
    remotePort: socket.remotePort ?? 0,
    webhookId: header('webhook-id'),
    timestamp: header('webhook-timestamp'),
    signature: header('webhook-signature'),
    requestId: header('x-request-id'),
    body,
    bodySha256: createHash('sha256').update(body).digest('hex'),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop must not cut the connection: the refusal goes out on it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new HttpProblem(413, 'BODY_TOO_LARGE', `At most ${bodyBytesMax} bytes are read.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
