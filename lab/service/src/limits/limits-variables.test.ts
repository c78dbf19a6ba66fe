import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { parseEnvironment } from '../platform/config/environment.ts';
import { callLimitsSettings, callLimitsVariables } from './calls/call-limits-variables.ts';
import { limitsSettings, limitsVariables } from './limits-variables.ts';
import { DEFAULT_PLANS } from './plans.ts';

const parse = (environment: Record<string, string>) => parseEnvironment(z.object(limitsVariables), environment);

test('without variables there is no store, and the plans are the usual ones', () => {
  expect(limitsSettings(parse({}))).toEqual({
    redisUrl: undefined,
    plans: DEFAULT_PLANS,
    login: {
      account: [{ limit: 60, windowMs: 3_600_000, burst: 20 }],
      address: [{ limit: 60, windowMs: 60_000, burst: 60 }],
    },
    address: [{ limit: 120, windowMs: 60_000, burst: 60 }],
    storeTimeoutMs: 50,
    leaseMs: 20_000,
    replicas: 3,
    localFactor: 2,
    trustedProxyHops: 0,
  });
});

test('plans are data: seconds instead of minutes', () => {
  const plans = '{"free":{"limits":[{"limit":20,"windowMs":2000,"burst":5}]}}';
  expect(limitsSettings(parse({ PLANS_JSON: plans })).plans).toEqual({
    free: { limits: [{ limit: 20, windowMs: 2_000, burst: 5 }], classes: {} },
  });
});

test('plans can be written into an environment file as they are', () => {
  const text = JSON.stringify(DEFAULT_PLANS);
  expect(parse(parseEnv(`PLANS_JSON=${text}\n`) as Record<string, string>).PLANS_JSON).toEqual(DEFAULT_PLANS);
});

test('an error names the place in the JSON', () => {
  const wrong = { PLANS_JSON: '{"free":{"limits":[{"limit":"many","windowMs":1000}]}}' };
  expect(() => parse(wrong)).toThrow(/PLANS_JSON: expected JSON with another value at free\.limits\.0\.limit \(/);
  expect(() => parse({ PLANS_JSON: 'free' })).toThrow(/PLANS_JSON: expected JSON with another value \(/);
});

test('an error never shows the password of the store', () => {
  expect(() => parse({ REDIS_LIMITS_URL: 'http://user:hunter2@limits' })).toThrow(/REDIS_LIMITS_URL.*hidden/);
  expect(() => parse({ REDIS_LIMITS_URL: 'http://user:hunter2@limits' })).not.toThrow(/hunter2/);
});

test('the worker has limits of its own calls', () => {
  expect(callLimitsSettings(parseEnvironment(z.object(callLimitsVariables), {}))).toEqual({
    redisUrl: undefined,
    payments: { limits: [{ limit: 100, windowMs: 1_000, burst: 50 }], concurrent: 32 },
    waitMsMax: 500,
    workers: 2,
    localFactor: 2,
    storeTimeoutMs: 50,
  });
});
