import * as z from 'zod';
import type { Door } from '../control/door.ts';
import { HttpProblem, readJson, sendJson } from '../http/exchange.ts';
import type { Receiver } from './receiver.ts';
import { receiverBehaviourSchema, receiverBehavioursMax, receiverHoldSchema } from './receiver-behaviour.ts';
import type { ReceiverServer } from './receiver-server.ts';

const bodyBytesMax = 2 * 1024 * 1024;
const pageSize = 1_000;
const behavioursSchema = z.array(receiverBehaviourSchema).max(receiverBehavioursMax);

/** The receiver's part of the lab's own door. */
export function receiverDoor(receiver: Receiver, server: ReceiverServer): Door {
  return {
    prefix: '/receiver/',
    reset: server.reset,
    async route(request, response, { pathname, searchParams }) {
      const holdId = /^\/receiver\/holds\/([^/]{1,100})$/.exec(pathname)?.[1] ?? '';
      switch (`${request.method} ${holdId === '' ? pathname : '/receiver/holds/:id'}`) {
        case 'PUT /receiver/behaviours':
          receiver.setBehaviours(await readJson(request, { schema: behavioursSchema, bytesMax: bodyBytesMax }));
          return sendJson(response, { status: 204 });
        case 'POST /receiver/holds': {
          const id = receiver.hold(await readJson(request, { schema: receiverHoldSchema, bytesMax: bodyBytesMax }));
          return sendJson(response, { status: 201, body: { id } });
        }
        case 'GET /receiver/holds/:id': {
          const waiting = receiver.waiting(holdId);
          if (waiting === null) throw new HttpProblem(404, 'HOLD_UNKNOWN', 'It was released, or never there.');
          return sendJson(response, { status: 200, body: { waiting } });
        }
        case 'DELETE /receiver/holds/:id':
          return sendJson(response, { status: 200, body: { released: await server.release(holdId) } });
        case 'GET /receiver/receipts':
          return sendJson(response, { status: 200, body: receiver.receipts(sinceOf(searchParams), pageSize) });
        default:
          throw new HttpProblem(404, 'NOT_FOUND', 'There is nothing here.');
      }
    },
  };
}

function sinceOf(params: URLSearchParams): number {
  const text = params.get('since') ?? '0';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new HttpProblem(400, 'CURSOR_REFUSED', 'since must be a whole number.');
}
