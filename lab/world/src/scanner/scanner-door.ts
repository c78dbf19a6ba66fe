import * as z from 'zod';
import type { Door } from '../control/door.ts';
import { HttpProblem, readJson, sendJson } from '../http/exchange.ts';
import { scanBehaviourSchema, scanBehavioursMax, scanHoldSchema } from './scan-behaviour.ts';
import type { Scanner } from './scanner.ts';
import type { ScannerServer } from './scanner-server.ts';

const bodyBytesMax = 512 * 1024;
const pageSize = 1_000;
const behavioursSchema = z.array(scanBehaviourSchema).max(scanBehavioursMax);

/** The scanner's part of the lab's own door. */
export function scannerDoor(scanner: Scanner, server: ScannerServer): Door {
  return {
    prefix: '/scanner/',
    reset: server.reset,
    async route(request, response, { pathname, searchParams }) {
      const holdId = /^\/scanner\/holds\/([^/]{1,100})$/.exec(pathname)?.[1] ?? '';
      switch (`${request.method} ${holdId === '' ? pathname : '/scanner/holds/:id'}`) {
        case 'PUT /scanner/behaviours':
          scanner.setBehaviours(await readJson(request, { schema: behavioursSchema, bytesMax: bodyBytesMax }));
          return sendJson(response, { status: 204 });
        case 'POST /scanner/holds': {
          const id = scanner.hold(await readJson(request, { schema: scanHoldSchema, bytesMax: bodyBytesMax }));
          return sendJson(response, { status: 201, body: { id } });
        }
        case 'GET /scanner/holds/:id': {
          const waiting = scanner.waiting(holdId);
          if (waiting === null) throw new HttpProblem(404, 'HOLD_UNKNOWN', 'It was released, or never there.');
          return sendJson(response, { status: 200, body: { waiting } });
        }
        case 'DELETE /scanner/holds/:id':
          return sendJson(response, { status: 200, body: { released: await server.release(holdId) } });
        case 'GET /scanner/scans':
          return sendJson(response, { status: 200, body: scanner.ledger(sinceOf(searchParams), pageSize) });
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
