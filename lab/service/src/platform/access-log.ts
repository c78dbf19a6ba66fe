import type { Request, RequestHandler, Response } from 'express';
import type { Log } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { QUERY_ALERT } from './query-budget.ts';
import { stateOf } from './request-context.ts';

/** One log line and one measurement per request, when its response has ended or its client has gone. */
export function accessLog({ log, metrics }: { log: Log; metrics: Metrics }): RequestHandler {
  return (request, response, next) => {
    const startedAtMs = performance.now();
    // The path is kept without its query string, which may hold what a customer searched for.
    const { path } = request;
    response.once('close', () => {
      const durationMs = performance.now() - startedAtMs;
      const { requestId, usage, principal } = stateOf(response);
      const entry = {
        requestId,
        tenant: principal?.tenantId,
        method: request.method,
        route: routeOf(request),
        path,
        status: statusOf(response),
        durationMs: Math.round(durationMs * 10) / 10,
        queries: usage.queries,
      };
      metrics.request({ ...entry, durationMs });
      if (entry.status >= 500) log.error(entry, 'request');
      else log.info(entry, 'request');
      if (usage.queries > QUERY_ALERT) log.warn(entry, 'many statements for one request');
    });
    next();
  };
}

function routeOf(request: Request): string {
  const route = request.route as { path?: unknown } | undefined;
  return typeof route?.path === 'string' ? route.path : 'unmatched';
}

/** 499, as proxies log it: the client closed the connection before the answer was complete. */
function statusOf(response: Response): number {
  return response.writableFinished ? response.statusCode : 499;
}
