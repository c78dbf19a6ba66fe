import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as z from 'zod';
import { HttpProblem, readJson, sendJson, serve, urlOf } from '../http/exchange.ts';
import type { ChargeRequest, Decision } from './call.ts';
import type { Provider } from './provider.ts';

const bodyBytesMax = 16 * 1024;
const chargeSchema = z.strictObject({
  reference: z.string().min(1).max(200),
  amountCents: z.int().min(1),
  currency: z.literal('EUR'),
});

/** Where one caller reaches the provider: the port names it. */
export interface CallerPort {
  readonly caller: string;
  /** 0 for any. */
  readonly port: number;
}

export interface ProviderServer extends AsyncDisposable {
  readonly ports: readonly CallerPort[];
  /** Takes a hold away. Resolves to how many calls went on, once their answers are on their way. */
  release(holdId: string): Promise<number>;
  reset(): void;
}

/** A call whose connection the provider keeps. */
interface OpenConnection {
  readonly response: ServerResponse;
  readonly onGone: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** The provider over HTTP, one listener per caller. It owns the connections; what to do with them the provider says. */
export async function startProviderServer(provider: Provider, callers: readonly CallerPort[]): Promise<ProviderServer> {
  const connections = createConnections(provider);
  await using starting = new AsyncDisposableStack();
  const ports: CallerPort[] = [];
  for (const { caller, port } of callers) {
    const server = await serve(
      (request, response) => answer({ provider, connections, caller }, request, response),
      port,
    );
    ports.push({ caller, port: starting.use(server).port });
  }
  const servers = starting.move();
  return {
    ports,
    async release(holdId) {
      // One turn of the loop first: of a connection that was closed before this was asked for, the kernel has
      // word by now, and its call must not act.
      await nextTurn();
      const decisions = provider.release(holdId);
      for (const decision of decisions) connections.carryOut(decision);
      return decisions.length;
    },
    reset() {
      for (const decision of provider.reset()) connections.carryOut(decision);
    },
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  };
}

interface Port {
  readonly provider: Provider;
  readonly connections: ReturnType<typeof createConnections>;
  readonly caller: string;
}

async function answer(port: Port, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { provider, connections, caller } = port;
  const { pathname, searchParams } = urlOf(request);
  const by = { caller, requestId: requestIdOf(request) };
  const id = /^\/charges\/([^/]{1,200})$/.exec(pathname)?.[1];
  if (request.method === 'POST' && pathname === '/charges') {
    const key = keyOf(request);
    const body = await readJson(request, { schema: chargeSchema, bytesMax: bodyBytesMax });
    return connections.begin({ ...body, ...by, key } satisfies ChargeRequest, response);
  }
  if (request.method !== 'GET') throw new HttpProblem(405, 'METHOD_REFUSED', 'Charges are made by POST /charges.');
  if (pathname === '/healthz') return sendJson(response, { status: 200, body: { status: 'ok' } });
  if (id !== undefined) return sendJson(response, provider.charge(id, by));
  if (pathname !== '/charges') throw new HttpProblem(404, 'NOT_FOUND', 'There is nothing here.');
  const reference = searchParams.get('reference');
  if (!reference) throw new HttpProblem(400, 'REFERENCE_MISSING', 'Ask for /charges?reference=…');
  return sendJson(response, provider.chargesFor(reference, by));
}

function keyOf(request: IncomingMessage): string | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new HttpProblem(400, 'KEY_REFUSED', 'An Idempotency-Key is 1 to 255 visible ASCII characters.');
}

function requestIdOf(request: IncomingMessage): string | null {
  const id = request.headers['x-request-id'];
  return typeof id === 'string' ? id.slice(0, 200) : null;
}

function createConnections(provider: Provider) {
  const open = new Map<number, OpenConnection>();
  const forget = (call: number): OpenConnection | undefined => {
    const connection = open.get(call);
    open.delete(call);
    clearTimeout(connection?.timer);
    for (const event of ['end', 'close']) connection?.response.req.socket.off(event, connection.onGone);
    return connection;
  };
  const carryOut = (decision: Decision): void => {
    const connection = open.get(decision.call);
    if (!connection || decision.kind === 'hold') return;
    if (decision.afterMs > 0) {
      const later = { ...decision, afterMs: 0 };
      connection.timer = setTimeout(() => carryOut(later), decision.afterMs);
      return;
    }
    provider.finish(decision.call);
    forget(decision.call);
    if (decision.kind === 'answer') sendJson(connection.response, decision.answer);
    else connection.response.req.socket.resetAndDestroy();
  };
  return {
    carryOut,
    begin(request: ChargeRequest, response: ServerResponse): void {
      const decision = provider.receive(request);
      const onGone = () => {
        provider.drop(decision.call);
        forget(decision.call);
      };
      open.set(decision.call, { response, onGone, timer: undefined });
      // A caller that has said goodbye is gone: the server does not write to a half-closed connection.
      for (const event of ['end', 'close']) response.req.socket.once(event, onGone);
      carryOut(decision);
    },
  };
}
