import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { HttpProblem, readJson, sendJson, serve, urlOf } from '../http/exchange.ts';
import { behaviourSchema, behavioursMax, holdSchema } from '../payment/behaviour.ts';
import type { Provider } from '../payment/provider.ts';
import type { ProviderServer } from '../payment/provider-server.ts';
import type { Door } from './door.ts';

export interface ControlOptions {
  readonly provider: Provider;
  readonly payment: ProviderServer;
  /** Of the services beside the payment provider. */
  readonly doors?: readonly Door[];
  readonly token: string;
  readonly port: number;
  /** Called after the answer has been sent. */
  onStop(): void;
}

const bodyBytesMax = 512 * 1024;
const pageSize = 1_000;
const behavioursSchema = z.array(behaviourSchema).max(behavioursMax);

/** The lab's own door to the world, on a port of its own and for whoever has the token. */
export function startControlServer(options: ControlOptions) {
  return serve(async (request, response) => {
    const given = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (!isSame(given, options.token)) throw new HttpProblem(401, 'TOKEN_REFUSED', 'The control token is needed.');
    await route(options, request, response);
  }, options.port);
}

async function route(options: ControlOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { provider, payment, doors = [] } = options;
  const url = urlOf(request);
  const { pathname, searchParams } = url;
  const door = doors.find(({ prefix }) => pathname.startsWith(prefix));
  if (door) return await door.route(request, response, url);
  const holdId = /^\/holds\/([^/]{1,100})$/.exec(pathname)?.[1] ?? '';
  switch (`${request.method} ${holdId === '' ? pathname : '/holds/:id'}`) {
    case 'GET /ping':
      return sendJson(response, { status: 204 });
    case 'PUT /behaviours':
      provider.setBehaviours(await readJson(request, { schema: behavioursSchema, bytesMax: bodyBytesMax }));
      return sendJson(response, { status: 204 });
    case 'POST /holds': {
      const id = provider.hold(await readJson(request, { schema: holdSchema, bytesMax: bodyBytesMax }));
      if (id === null) throw new HttpProblem(409, 'TOO_MANY_HOLDS', 'Release a hold first.');
      return sendJson(response, { status: 201, body: { id } });
    }
    case 'GET /holds/:id': {
      const waiting = provider.waiting(holdId);
      if (waiting === null) throw new HttpProblem(404, 'HOLD_UNKNOWN', 'It was released, or never there.');
      return sendJson(response, { status: 200, body: { waiting } });
    }
    case 'DELETE /holds/:id':
      return sendJson(response, { status: 200, body: { released: await payment.release(holdId) } });
    case 'GET /ledger': {
      const since = { call: cursor(searchParams, 'sinceCall'), charge: cursor(searchParams, 'sinceCharge') };
      return sendJson(response, { status: 200, body: provider.ledger({ ...since, limit: pageSize }) });
    }
    case 'POST /reset':
      payment.reset();
      for (const { reset } of doors) reset();
      return sendJson(response, { status: 204 });
    case 'POST /stop':
      response.once('close', options.onStop);
      return sendJson(response, { status: 202, headers: { connection: 'close' } });
    default:
      throw new HttpProblem(404, 'NOT_FOUND', 'There is nothing here.');
  }
}

function cursor(params: URLSearchParams, name: string): number {
  const text = params.get(name) ?? '0';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new HttpProblem(400, 'CURSOR_REFUSED', `${name} must be a whole number.`);
}

/** Compares digests, so that neither the content nor the length of the secret shows in the time taken. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
