import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type LogLine, recordingLog } from '../../testing/recording-log.ts';
import type { Limit } from '../algorithms/limit.ts';
import { visible } from '../testing/test-limiter.ts';
import { createLimitMetrics } from './limit-metrics.ts';
import type { LimitOutcome, LimitStore } from './limit-store.ts';
import { createLimiter } from './limiter.ts';
import { createLocalCeiling } from './local-ceiling.ts';

const BUCKET: Limit = { kind: 'bucket', name: 'plan-1m', limit: 60, windowMs: 60_000, burst: 30 };
const SLOTS: Limit = { kind: 'slots', name: 'search-concurrency', limit: 5, leaseMs: 20_000 };
const LIMITS = [BUCKET, SLOTS];
const TENANT = { scope: 'tenant', id: 'a' } as const;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const allow = async (): Promise<LimitOutcome[]> =>
  LIMITS.map((limit) => ({ limit, allowed: true, remaining: 5, retryAfterMs: 0, moreInMs: 1_000 }));
const refuse = async (): Promise<LimitOutcome[]> => [
  { limit: BUCKET, allowed: false, remaining: 0, retryAfterMs: 700, moreInMs: 700 },
  { limit: SLOTS, allowed: true, remaining: 5, retryAfterMs: 0, moreInMs: 1_000 },
];
const fail = async (): Promise<never> => {
  throw new Error('connection refused');
};
const hang = () => new Promise<never>(() => {});

function limiterWithStore() {
  const answers = { decide: allow as () => Promise<LimitOutcome[]> };
  const leases: string[] = [];
  const released: string[] = [];
  const logs: LogLine[] = [];
  const registry = new Registry();
  const store: LimitStore = {
    decide(_subject, _limits, lease) {
      leases.push(lease);
      return answers.decide();
    },
    async release(_subject, _limits, lease) {
      released.push(lease);
    },
  };
  const now = () => Date.now();
  const limiter = createLimiter({
    store,
    ceiling: createLocalCeiling({ processes: 3, factor: 2, now }),
    metrics: createLimitMetrics(registry),
    log: recordingLog(logs),
    storeTimeoutMs: 50,
    now,
  });
  const decideTimes = async (times: number) => {
    const decisions = Array.from({ length: times }, () => limiter.decide(TENANT, LIMITS));
    await vi.advanceTimersByTimeAsync(51);
    return await Promise.all(decisions);
  };
  return { answers, leases, released, logs, registry, limiter, decideTimes };
}

test('the store decides while it is there, and its slots are given back under their lease', async () => {
  const { limiter, leases, released } = limiterWithStore();
  const decision = await limiter.decide(TENANT, LIMITS);
  expect(decision).toMatchObject({ allowed: true, source: 'store' });
  decision.release();
  expect(released).toEqual(leases);
});

test('a refusal holds no slot, and is repeated without asking', async () => {
  const { limiter, answers, leases, released } = limiterWithStore();
  answers.decide = refuse;
  (await limiter.decide(TENANT, LIMITS)).release();
  expect(await limiter.decide(TENANT, LIMITS)).toMatchObject({ allowed: false, source: 'memory' });
  expect(leases).toHaveLength(1);
  expect(released).toEqual([]);
  answers.decide = allow;
  await vi.advanceTimersByTimeAsync(700);
  expect(await limiter.decide(TENANT, LIMITS)).toMatchObject({ allowed: true, source: 'store' });
});

test.each([
  ['refuses connections', fail],
  ['hangs', hang],
])(
  'while the store %s, requests are allowed up to the ceiling of this process and no further',
  async (_name, answer) => {
    const { answers, decideTimes } = limiterWithStore();
    answers.decide = answer;
    const decisions = await decideTimes(100);
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(20);
    expect(decisions.every(({ source }) => source === 'local')).toBe(true);
  },
);

test('an outage is one line in the log and one figure in the metrics, and so is its end', async () => {
  const { answers, decideTimes, logs, registry } = limiterWithStore();
  answers.decide = fail;
  await decideTimes(100);
  expect(visible(logs)).toEqual(['error: the limits store fails']);
  expect(await registry.getSingleMetricAsString('rate_limit_store_available')).toMatch(/available 0$/m);
  answers.decide = allow;
  await vi.advanceTimersByTimeAsync(300);
  await decideTimes(1);
  expect(visible(logs)).toEqual(['error: the limits store fails', 'info: the limits store works again']);
  expect(await registry.getSingleMetricAsString('rate_limit_store_available')).toMatch(/available 1$/m);
  expect(await decideTimes(1)).toMatchObject([{ source: 'store' }]);
});

test('what must not be tried without limit is refused while the store is away', async () => {
  const { answers, limiter } = limiterWithStore();
  answers.decide = fail;
  for (let index = 0; index < 5; index += 1) await expect(limiter.decideExactly(TENANT, LIMITS)).rejects.toThrow();
});

test('a question that was given up may still have taken a slot, so its lease is given back', async () => {
  const { answers, leases, released, decideTimes } = limiterWithStore();
  answers.decide = hang;
  await decideTimes(1);
  expect(leases).toHaveLength(1);
  expect(released).toEqual(leases);
});

test('no limits need no store', async () => {
  const { limiter, leases } = limiterWithStore();
  expect(await limiter.decideExactly(TENANT, [])).toMatchObject({ allowed: true, outcomes: [] });
  expect(leases).toEqual([]);
});

test('refusals are counted by tenant and policy, decisions by scope, outcome and source', async () => {
  const { answers, limiter, registry } = limiterWithStore();
  answers.decide = refuse;
  await limiter.decide(TENANT, LIMITS);
  await limiter.decide({ scope: 'address', id: '203.0.113.9' }, LIMITS);
  const text = await registry.metrics();
  expect(text).toContain('rate_limit_refusals_total{tenant="a",policy="plan-1m"} 1');
  expect(text).toContain('rate_limit_decisions_total{scope="tenant",outcome="refused",source="store"} 1');
  expect(text).not.toContain('203.0.113.9');
});
