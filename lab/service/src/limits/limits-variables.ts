import * as z from 'zod';
import { integer, milliseconds, redisUrl, secret } from '../platform/config/environment.ts';
import { DEFAULT_PLANS, plansSchema, ratesSchema } from './plans.ts';

const loginSchema = z.strictObject({ account: ratesSchema, address: ratesSchema });

// Buckets only: a caller that is not known yet leaves nothing behind once its bucket is full again, so a flood of
// invented addresses and accounts costs the store little.
const DEFAULT_LOGIN: z.output<typeof loginSchema> = {
  account: [{ limit: 60, windowMs: 3_600_000, burst: 20 }],
  address: [{ limit: 60, windowMs: 60_000, burst: 60 }],
};
const DEFAULT_ADDRESS: z.output<typeof ratesSchema> = [{ limit: 120, windowMs: 60_000, burst: 60 }];

/** Of the API. Without REDIS_LIMITS_URL there are no limits. */
export const limitsVariables = {
  REDIS_LIMITS_URL: secret(redisUrl.optional()),
  PLANS_JSON: json(plansSchema, DEFAULT_PLANS),
  LOGIN_LIMITS_JSON: json(loginSchema, DEFAULT_LOGIN),
  ADDRESS_LIMITS_JSON: json(ratesSchema, DEFAULT_ADDRESS),
  LIMITS_TIMEOUT_MS: integer({ min: 5, max: 5_000, fallback: '50' }),
  LIMITS_LEASE_MS: milliseconds(100, '20000'),
  LIMITS_REPLICAS: integer({ min: 1, max: 1_000, fallback: '3' }),
  LIMITS_LOCAL_FACTOR: integer({ min: 1, max: 100, fallback: '2' }),
  TRUSTED_PROXY_HOPS: integer({ min: 0, max: 10, fallback: '0' }),
};

const limitsSchema = z.object(limitsVariables);

export type LimitsSettings = Omit<ReturnType<typeof limitsSettings>, 'redisUrl'> & { readonly redisUrl: string };

export function limitsSettings(values: z.output<typeof limitsSchema>) {
  return {
    redisUrl: values.REDIS_LIMITS_URL,
    plans: values.PLANS_JSON,
    login: values.LOGIN_LIMITS_JSON,
    address: values.ADDRESS_LIMITS_JSON,
    storeTimeoutMs: values.LIMITS_TIMEOUT_MS,
    leaseMs: values.LIMITS_LEASE_MS,
    replicas: values.LIMITS_REPLICAS,
    localFactor: values.LIMITS_LOCAL_FACTOR,
    trustedProxyHops: values.TRUSTED_PROXY_HOPS,
  };
}

/** A variable that holds JSON; a message names the place in it and what was expected there. */
export function json<Schema extends z.ZodType>(schema: Schema, fallback: z.output<Schema>) {
  return z
    .string()
    .transform((text, context): z.output<Schema> => {
      const parsed = schema.safeParse(parseJson(text));
      if (parsed.success) return parsed.data;
      const [issue] = parsed.error.issues;
      const place = issue?.path.length ? ` at ${issue.path.join('.')}` : '';
      context.addIssue({ code: 'custom', message: `JSON with another value${place} (${issue?.message ?? 'unknown'})` });
      return z.NEVER;
    })
    .prefault(JSON.stringify(fallback));
}

/** Undefined for what is no JSON: no schema accepts it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
