import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventLog } from './event-log.ts';
import { streamEvents } from './event-stream.ts';
import { HttpProblem, parseJson, readBody, requireMethod, sendJson } from './exchange.ts';
import { type RecordHandlers, routeRecords } from './record-routes.ts';

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
  /** Where each part and replica is reached, with what opens it. */
  connections(): unknown;
  /** A grade tells how it does; `news` is the body, unchecked. */
  grade(news: unknown): unknown;
}

export interface ControlRoutes {
  readonly handlers: ControlHandlers;
  /** Null until the run has begun. */
  readonly events: () => EventLog | null;
  /** For the pages of the console. */
  readonly records?: RecordHandlers | undefined;
}

/** Answers one request that has passed the guards. @throws HttpProblem, and what a handler throws. */
export async function route(request: IncomingMessage, response: ServerResponse, routes: ControlRoutes): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const { handlers } = routes;
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
    case '/api/connections':
      requireMethod(request, 'GET');
      return sendJson(response, 200, handlers.connections());
    case '/api/grade':
      requireMethod(request, 'POST');
      return sendJson(response, 200, handlers.grade(parseJson(await readBody(request))));
    case '/api/events': {
      requireMethod(request, 'GET');
      const events = routes.events();
      if (events === null) throw new HttpProblem(503, 'NOT_READY', 'The run has not begun yet.');
      return streamEvents(request, response, events);
    }
    default:
      if (routes.records !== undefined && (await routeRecords({ request, response, path }, routes.records))) return;
      throw new HttpProblem(404, 'NOT_FOUND', 'There is nothing here.');
  }
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
