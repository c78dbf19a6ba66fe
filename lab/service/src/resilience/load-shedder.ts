import { type RequestHandler, Router } from 'express';
import { Counter, Gauge, type Registry } from 'prom-client';
import { sendProblem } from '../platform/error-handler.ts';
import { ProblemError } from '../platform/problem.ts';
import { createAdmission, type Importance } from './admission.ts';

interface RankedRoute {
  readonly method: 'get' | 'post';
  /** The route's template, as its feature has it. */
  readonly path: string;
  readonly importance: Importance;
}

/** All other routes are normal. */
const RANKED_ROUTES: readonly RankedRoute[] = [
  { method: 'post', path: '/v2/orders', importance: 'critical' },
  { method: 'get', path: '/v2/books', importance: 'optional' },
  { method: 'post', path: '/v2/books/bulk-prices', importance: 'optional' },
  { method: 'get', path: '/v2/orders', importance: 'optional' },
  { method: 'get', path: '/v2/dead-letters', importance: 'optional' },
];

interface LoadShedderParts {
  /** Requests that may be at work at the same time; about ten for each connection of the pool. */
  readonly inFlightMax: number;
  readonly registry: Registry;
  readonly random?: () => number;
}

/** Those who are refused together do not all come back together. */
const RETRY_AFTER_MAX_S = 3;

/** Refuses requests while there are too many, the less important first. Probes are answered before it. */
export function createLoadShedder({ inFlightMax, registry, random = Math.random }: LoadShedderParts): Router {
  const admission = createAdmission(inFlightMax);
  const refusals = createMetrics(registry, admission.inFlight);
  const router = Router();
  for (const { method, path, importance } of RANKED_ROUTES) router[method](path, admit(importance));
  router.use(admit('normal'));
  return router;

  function admit(importance: Importance): RequestHandler {
    return (_request, response, next) => {
      const leave = admission.enter(importance);
      if (!leave) {
        refusals.inc({ importance });
        const retryAfterSeconds = 1 + Math.floor(random() * RETRY_AFTER_MAX_S);
        return sendProblem(response, new ProblemError('OVERLOADED', { retryAfterSeconds }));
      }
      response.once('close', leave);
      // Past the other classes: a request is counted once.
      next('router');
    };
  }
}

function createMetrics(registry: Registry, inFlight: () => number): Counter<'importance'> {
  new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests that were let in and are not answered yet.',
    registers: [registry],
    collect() {
      this.set(inFlight());
    },
  });
  return new Counter({
    name: 'http_requests_shed_total',
    help: 'Requests that were refused because there were too many.',
    labelNames: ['importance'],
    registers: [registry],
  });
}
