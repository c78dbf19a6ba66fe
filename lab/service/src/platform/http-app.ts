import express, { type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import { accessLog } from './access-log.ts';
import { errorHandler, unknownRoute } from './error-handler.ts';
import type { Log } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { requestContext } from './request-context.ts';
import { timeLimit } from './time-limit.ts';

interface HttpAppParts {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Answered before logging and limits, so that a probe stays cheap and silent. */
  readonly probes: Router;
  readonly inFlight: RequestHandler;
  /** Decide from the head of a request alone, so that a refusal costs no reading of its body. */
  readonly beforeBody?: readonly RequestHandler[];
  readonly routers: readonly Router[];
}

// Answers are data: nothing in them is ever loaded, run or framed by a browser.
const API_POLICY = { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } };
const REQUEST_LIMIT_MS = 15_000;

export function createHttpApp({ log, metrics, probes, inFlight, beforeBody = [], routers }: HttpAppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(requestContext(), probes, inFlight, accessLog({ log, metrics }), timeLimit(REQUEST_LIMIT_MS));
  app.use(
    helmet({ contentSecurityPolicy: API_POLICY }),
    ...beforeBody,
    express.json({ limit: '100kb', type: ['application/json', 'application/merge-patch+json'] }),
  );
  app.use(...routers);
  app.use(unknownRoute, errorHandler(log));
  return app;
}

type InternalAppParts = Pick<HttpAppParts, 'log' | 'metrics' | 'probes'> & Partial<Pick<HttpAppParts, 'routers'>>;

/** Operators' listener, not reachable from outside. */
export function createInternalApp({ log, metrics, probes, routers = [] }: InternalAppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(requestContext(), probes);
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.render());
  });
  app.use(...routers, unknownRoute, errorHandler(log));
  return app;
}
