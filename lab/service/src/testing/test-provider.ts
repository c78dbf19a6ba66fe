import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What a call to charge meets instead of the usual: it is refused without effect; it takes effect, and then its
 * connection breaks, its reply is no JSON, or its reply is held until `release`; it never takes effect and is never
 * answered; it takes its time.
 */
export type Behaviour =
  | { readonly kind: 'refuse'; readonly status: number; readonly code?: string; readonly retryAfter?: string }
  | { readonly kind: 'lose' }
  | { readonly kind: 'garble' }
  | { readonly kind: 'hold' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'slow'; readonly ms: number };

export interface ProviderCall {
  readonly method: string;
  readonly reference: string;
  readonly key: string | undefined;
  readonly requestId: string | undefined;
  readonly atMs: number;
}

export interface TestProvider extends AsyncDisposable {
  readonly url: string;
  readonly calls: readonly ProviderCall[];
  chargesOf(reference: string): readonly { readonly id: string; readonly amountCents: number }[];
  /** Calls to charge that were made for an order. */
  attemptsOf(reference: string): readonly ProviderCall[];
  /** What the next calls to charge meet, one each. `always` is for all calls after them. */
  behave(next: readonly Behaviour[], always?: Behaviour): void;
  /** Lets held replies go, and holds no more. */
  release(): void;
  /** Calls under way whose caller still waits. */
  waiting(): number;
}

interface StoredCharge {
  readonly id: string;
  readonly reference: string;
  readonly amountCents: number;
  readonly createdAt: string;
}

/** A payment provider over HTTP. With `forgetful` it does not know its idempotency keys. */
export async function startTestProvider({ forgetful = false } = {}): Promise<TestProvider> {
  const charges: StoredCharge[] = [];
  const calls: ProviderCall[] = [];
  const answered = new Map<string, StoredCharge | 'in flight'>();
  let next: Behaviour[] = [];
  let always: Behaviour | undefined;
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
    const { method = '', headers, url = '/' } = request;
    const body = method === 'POST' ? ((await json(request)) as StoredCharge) : undefined;
    const reference = body?.reference ?? new URL(url, 'http://provider').searchParams.get('reference') ?? '';
    const key = headers['idempotency-key'] as string | undefined;
    calls.push({ method, reference, key, requestId: headers['x-request-id'] as string, atMs: performance.now() });
    if (body === undefined) send(response, 200, { charges: charges.filter((one) => one.reference === reference) });
    else await charge(response, body, forgetful ? randomUUID() : (key ?? randomUUID()));
  }

  async function charge(response: ServerResponse, body: StoredCharge, key: string): Promise<void> {
    const behaviour = next.shift() ?? always;
    if (behaviour?.kind === 'hang') return;
    if (behaviour?.kind === 'slow') await sleep(behaviour.ms);
    if (behaviour?.kind === 'refuse') {
      const { status, code, retryAfter } = behaviour;
      if (retryAfter !== undefined) response.setHeader('Retry-After', retryAfter);
      return send(response, status, { code });
    }
    const twin = answered.get(key);
    if (twin === 'in flight') return send(response, 409, { code: 'IN_FLIGHT' });
    if (twin) return send(response, 201, twin);
    const made = { ...body, id: `ch_${randomUUID()}`, createdAt: new Date().toISOString() };
    charges.push(made);
    answered.set(key, behaviour?.kind === 'hold' ? 'in flight' : made);
    if (behaviour?.kind === 'lose') return void response.destroy();
    if (behaviour?.kind === 'garble') return void response.writeHead(201).end('<html>');
    if (behaviour?.kind === 'hold') await gate.promise;
    answered.set(key, made);
    send(response, 201, made);
  }

  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    chargesOf: (reference) => charges.filter((one) => one.reference === reference),
    attemptsOf: (reference) => calls.filter((call) => call.method === 'POST' && call.reference === reference),
    behave(behaviours, rest) {
      next = [...behaviours];
      always = rest;
    },
    release() {
      gate.resolve();
      gate = Promise.withResolvers();
      always = undefined;
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

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
