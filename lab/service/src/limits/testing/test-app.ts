import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import { Registry } from 'prom-client';
import * as z from 'zod';
import { parseEnvironment } from '../../platform/config/environment.ts';
import { errorHandler, unknownRoute } from '../../platform/error-handler.ts';
import { requestContext, signIn } from '../../platform/request-context.ts';
import { type LogLine, recordingLog } from '../../testing/recording-log.ts';
import { createLimitsFeature, type LimitsFeature } from '../limits-feature.ts';
import { limitsSettings, limitsVariables } from '../limits-variables.ts';

export interface TestApp extends AsyncDisposable {
  readonly url: string;
  readonly limits: LimitsFeature;
  readonly logs: readonly LogLine[];
  /** Requests that reached a handler. */
  readonly handled: readonly string[];
  /** Holds searches under way until it is called. */
  release(): void;
}

/** Routes that do nothing, behind the limits as the service has them. A caller names itself: `x-test-caller: <tenant> <plan>`. */
export async function startTestApp(url: string, environment: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  const logs: LogLine[] = [];
  const handled: string[] = [];
  let gate = Promise.withResolvers<void>();
  const values = parseEnvironment(z.object(limitsVariables), {
    REDIS_LIMITS_URL: url,
    // A busy machine takes its time.
    LIMITS_TIMEOUT_MS: '5000',
    ...environment,
  });
  const limits = await createLimitsFeature({
    settings: { ...limitsSettings(values), redisUrl: url },
    accessTokenTtlSeconds: 60,
    log: recordingLog(logs),
    registry: new Registry(),
  });
  const app = express();
  app.use(requestContext(), identify, limits.routes, express.json());
  const answer: RequestHandler = (request, response) => {
    handled.push(`${request.method} ${request.path}`);
    response.json({});
  };
  app.get('/v2/books', async (request, response) => {
    handled.push(`${request.method} ${request.path}`);
    if (request.query.hold !== undefined) await gate.promise;
    response.json({});
  });
  app.get('/v2/books/:id', answer);
  app.post('/v2/orders', answer);
  app.post('/v2/auth/token', limits.limitSignIn, answer);
  app.use(unknownRoute, errorHandler(recordingLog(logs)));

  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    limits,
    logs,
    handled,
    release() {
      gate.resolve();
      gate = Promise.withResolvers();
    },
    async [Symbol.asyncDispose]() {
      gate.resolve();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await limits.stop();
    },
  };
}

const identify: RequestHandler = (request, response, next) => {
  const [tenantId, plan = 'free'] = (request.get('x-test-caller') ?? '').split(' ');
  if (tenantId) signIn(response, { userId: 'user', tenantId, role: 'admin', plan });
  next();
};
