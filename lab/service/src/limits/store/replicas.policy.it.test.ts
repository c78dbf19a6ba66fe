import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testRedisUrl } from '../../testing/test-environment.ts';
import type { Limit } from '../algorithms/limit.ts';
import { connectTestLimiter, type TestLimiter } from '../testing/test-limiter.ts';
import type { Subject } from './limit-store.ts';

const BUCKET: Limit = { kind: 'bucket', name: 'plan-1s', limit: 10, windowMs: 1_000, burst: 10 };
const WINDOW: Limit = { kind: 'window', name: 'plan-2s', limit: 60, windowMs: 2_000 };

let replicas: TestLimiter[];
let redis: Redis;

beforeAll(async () => {
  redis = new Redis(testRedisUrl());
  replicas = await Promise.all([1, 2, 3].map(() => connectTestLimiter({ url: testRedisUrl() })));
});
afterAll(() => {
  redis?.disconnect();
  for (const replica of replicas ?? []) replica[Symbol.dispose]();
});

const someTenant = (): Subject => ({ scope: 'tenant', id: randomUUID() });

interface Accepted {
  readonly sentMs: number;
  readonly answeredMs: number;
}

/** Ten callers at each replica, each as fast as it can, for as long as given. */
async function flood(subject: Subject, limits: readonly Limit[], durationMs: number): Promise<Accepted[]> {
  const accepted: Accepted[] = [];
  const untilMs = performance.now() + durationMs;
  const caller = async ({ limiter }: TestLimiter) => {
    while (performance.now() < untilMs) {
      const sentMs = performance.now();
      const { allowed, source } = await limiter.decide(subject, limits);
      if (allowed) accepted.push({ sentMs, answeredMs: performance.now() });
      expect(source).not.toBe('local');
      if (source === 'memory') await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  await Promise.all(replicas.flatMap((replica) => Array.from({ length: 10 }, () => caller(replica))));
  return accepted;
}

/** Those that were certainly decided within some `windowMs`: sent after its start and answered before its end. */
function mostInAnyWindow(accepted: readonly Accepted[], windowMs: number): number {
  const counts = accepted.map(({ sentMs: startMs }) => {
    return accepted.filter(({ sentMs, answeredMs }) => sentMs >= startMs && answeredMs <= startMs + windowMs).length;
  });
  return Math.max(...counts);
}

test('three replicas together accept no more than limit and burst in any window, and nearly all of it', async () => {
  const startedAtMs = performance.now();
  const accepted = await flood(someTenant(), [BUCKET], 3_000);
  expect(mostInAnyWindow(accepted, 1_000)).toBeLessThanOrEqual(20);
  // A burst and what comes back. The burst makes up for a pause of this machine of up to a second.
  expect(accepted.length).toBeGreaterThanOrEqual(35);
  expect(accepted.length).toBeLessThanOrEqual(11 + (performance.now() - startedAtMs) / 100);
});

test('three replicas together accept no more than the limit of a sliding window', async () => {
  const accepted = await flood(someTenant(), [WINDOW], 5_000);
  expect(mostInAnyWindow(accepted, 2_000)).toBeLessThanOrEqual(60);
  expect(accepted.length).toBeGreaterThanOrEqual(120);
});

test('a tenant in a flood takes nothing from another', async () => {
  const quiet = someTenant();
  const flooding = flood(someTenant(), [BUCKET, WINDOW], 2_000);
  // As many as its burst, and a little slower than the rate.
  for (let index = 0; index < 18; index += 1) {
    const replica = replicas[index % 3];
    expect(await replica?.limiter.decide(quiet, [BUCKET, WINDOW])).toMatchObject({ allowed: true });
    await new Promise((resolve) => setTimeout(resolve, 110));
  }
  await flooding;
});

test('every key lapses, within two windows', async () => {
  const tenant = someTenant();
  const slots: Limit = { kind: 'slots', name: 'search-concurrency', limit: 5, leaseMs: 2_000 };
  await flood(tenant, [BUCKET, WINDOW], 300);
  await replicas[0]?.limiter.decide(tenant, [slots]);
  const keys = await redis.keys(`limits:{tenant:${tenant.id}}:*`);
  expect(keys).toHaveLength(3);
  for (const key of keys) {
    const ttlMs = await redis.pttl(key);
    expect(ttlMs, key).not.toBe(-1);
    expect(ttlMs, key).toBeLessThanOrEqual(4_000);
  }
  await expect.poll(() => redis.exists(...keys), { timeout: 20_000 }).toBe(0);
});

test('a flood of invented addresses leaves nothing behind', async () => {
  const prefix = randomUUID();
  const limits: readonly Limit[] = [{ kind: 'bucket', name: 'address-1m', limit: 120, windowMs: 60_000, burst: 60 }];
  const [replica] = replicas;
  const ids = Array.from({ length: 2_000 }, (_, index) => `${prefix}-${index}`);
  for (let index = 0; index < ids.length; index += 50) {
    const some = ids.slice(index, index + 50).map((id) => replica?.limiter.decide({ scope: 'address', id }, limits));
    for (const decision of await Promise.all(some)) expect(decision).toMatchObject({ allowed: true, source: 'store' });
  }
  await expect
    .poll(() => redis.exists(...ids.map((id) => `limits:{address:${id}}:bucket:address-1m`)), { timeout: 20_000 })
    .toBe(0);
});

test('slots are shared by the replicas, and one that is given back is free at once', async () => {
  const tenant = someTenant();
  const slots: readonly Limit[] = [{ kind: 'slots', name: 'search-concurrency', limit: 4, leaseMs: 10_000 }];
  const ask = () => Promise.all(replicas.flatMap(({ limiter }) => [1, 2].map(() => limiter.decide(tenant, slots))));
  const decisions = await ask();
  const held = decisions.filter(({ allowed }) => allowed);
  expect(held).toHaveLength(4);
  expect((await ask()).some(({ allowed }) => allowed)).toBe(false);
  held[0]?.release();
  await expect.poll(() => redis.zcard(`limits:{tenant:${tenant.id}}:slots:search-concurrency`)).toBe(3);
  expect((await ask()).filter(({ allowed }) => allowed)).toHaveLength(1);
});

test('the slots of a process that was killed come back when their lease ends', async () => {
  const tenant = someTenant();
  const slots: readonly Limit[] = [{ kind: 'slots', name: 'search-concurrency', limit: 2, leaseMs: 500 }];
  const killed = await connectTestLimiter({ url: testRedisUrl() });
  await Promise.all([killed.limiter.decide(tenant, slots), killed.limiter.decide(tenant, slots)]);
  killed[Symbol.dispose]();
  const [replica] = replicas;
  expect(await replica?.limiter.decide(tenant, slots)).toMatchObject({ allowed: false });
  await expect
    .poll(async () => (await replica?.limiter.decide(tenant, slots))?.allowed, { timeout: 20_000 })
    .toBe(true);
});

test('a server that has forgotten its scripts is told them again', async () => {
  await redis.script('FLUSH');
  const decisions = await Promise.all(replicas.map(({ limiter }) => limiter.decide(someTenant(), [BUCKET])));
  expect(decisions.map(({ source }) => source)).toEqual(['store', 'store', 'store']);
});
