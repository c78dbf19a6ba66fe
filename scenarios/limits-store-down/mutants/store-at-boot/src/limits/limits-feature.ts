import type { RequestHandler, Router } from 'express';
import type { Registry } from 'prom-client';
import type { Log } from '../platform/logger.ts';
import { waitUntilConnected } from '../platform/redis.ts';
import { clientAddress } from './http/client-address.ts';
import { createLoginLimiter } from './http/login-limiter.ts';
import { createRequestLimiter } from './http/request-limiter.ts';
import type { LimitsSettings } from './limits-variables.ts';
import { type PlanChanges, startPlanChanges } from './plan-changes.ts';
import { createLimitsOfPlan, limitsOfRates } from './plans.ts';
import { createLimitMetrics } from './store/limit-metrics.ts';
import { createLimitStore } from './store/limit-store.ts';
import { createLimiter } from './store/limiter.ts';
import { createLimitsClient } from './store/limits-client.ts';
import { createLocalCeiling } from './store/local-ceiling.ts';

interface LimitsFeatureParts {
  readonly settings: LimitsSettings;
  readonly accessTokenTtlSeconds: number;
  readonly log: Log;
  readonly registry: Registry;
}

export interface LimitsFeature {
  /** For all requests: behind the middleware that names the caller, before the body is read. */
  readonly routes: Router;
  /** For the route that signs in, behind the body parser. */
  readonly limitSignIn: RequestHandler;
  readonly planChanges: Pick<PlanChanges, 'announce'>;
  stop(): Promise<void>;
}

const CONNECT_WAIT_MS = 300;

export async function createLimitsFeature(parts: LimitsFeatureParts): Promise<LimitsFeature> {
  const { settings, accessTokenTtlSeconds, log, registry } = parts;
  const redis = createLimitsClient({ url: settings.redisUrl, log });
  await waitUntilConnected(redis, CONNECT_WAIT_MS);
  // A replica that cannot count must not take traffic.
  await redis.ping();
  const limiter = createLimiter({
    store: createLimitStore(redis),
    ceiling: createLocalCeiling({ processes: settings.replicas, factor: settings.localFactor }),
    metrics: createLimitMetrics(registry),
    log,
    storeTimeoutMs: settings.storeTimeoutMs,
  });
  const planChanges = startPlanChanges({ redis, log, tokenTtlMs: accessTokenTtlSeconds * 1_000 });
  const limitsOfPlan = createLimitsOfPlan(settings.plans, { leaseMs: settings.leaseMs });

  return {
    routes: createRequestLimiter({
      limiter,
      limitsOfTenant: ({ tenantId, plan }, routeClass) =>
        limitsOfPlan(planChanges.planOf(tenantId) ?? plan, routeClass),
      addressLimits: limitsOfRates('address', settings.address),
      loginLimits: limitsOfRates('login-address', settings.login.address),
      addressOf: (request) => clientAddress(request, settings.trustedProxyHops),
    }),
    limitSignIn: createLoginLimiter({ limiter, limits: limitsOfRates('login-account', settings.login.account) }),
    planChanges,
    async stop() {
      await planChanges.stop();
      redis.disconnect();
    },
  };
}
