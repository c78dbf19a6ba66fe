import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { testRedisUrl } from '../../testing/test-environment.ts';
import { startTestGate } from '../../testing/test-gate.ts';
import type { Limit } from '../algorithms/limit.ts';
import { connectTestLimiter, type TestLimiter, visible } from '../testing/test-limiter.ts';
import { startTestLink } from '../testing/test-link.ts';
import type { Subject } from './limit-store.ts';

const LIMITS: readonly Limit[] = [
  { kind: 'bucket', name: 'plan-1d', limit: 60, windowMs: 86_400_000, burst: 30 },
  { kind: 'slots', name: 'search-concurrency', limit: 50, leaseMs: 5_000 },
];
const STORE_TIMEOUT_MS = 250;
const someTenant = (): Subject => ({ scope: 'tenant', id: randomUUID() });

/** One decision after the other, of a new tenant each, for as long as given. */
async function decideFor({ limiter }: TestLimiter, durationMs: number) {
  const decisions: { allowed: boolean; source: string; ms: number }[] = [];
  const untilMs = performance.now() + durationMs;
  while (performance.now() < untilMs) {
    const sentMs = performance.now();
    const decision = await limiter.decide(someTenant(), LIMITS);
    decision.release();
    decisions.push({ ...decision, ms: performance.now() - sentMs });
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return decisions;
}

/** Who accepts how many of 200 requests of one tenant that come at once. Nothing comes back meanwhile. */
async function acceptedAtOnce({ limiter }: TestLimiter) {
  const tenant = someTenant();
  const decisions = await Promise.all(Array.from({ length: 200 }, () => limiter.decide(tenant, LIMITS)));
  for (const { release } of decisions) release();
  const acceptedBy = (by: string) => decisions.filter(({ allowed, source }) => allowed && source === by).length;
  return { store: acceptedBy('store'), local: acceptedBy('local') };
}

async function recovers(replica: TestLimiter): Promise<void> {
  const source = async () => (await replica.limiter.decide(someTenant(), LIMITS)).source;
  await expect.poll(source, { timeout: 20_000, interval: 50 }).toBe('store');
}

async function endures(replica: TestLimiter): Promise<void> {
  const decisions = await decideFor(replica, 2_000);
  expect(decisions.every(({ allowed }) => allowed)).toBe(true);
  // Three find out; the rest are not kept waiting, but for a pause of the machine.
  expect(decisions.filter(({ ms }) => ms >= STORE_TIMEOUT_MS).length).toBeLessThanOrEqual(5);
  expect(decisions.length).toBeGreaterThan(50);
  // Two thirds of the burst.
  expect(await acceptedAtOnce(replica)).toEqual({ store: 0, local: 20 });
}

/** A busy machine may take longer than a decision waits for it. */
async function usesStore({ limiter }: TestLimiter): Promise<void> {
  const source = async () => (await limiter.decide(someTenant(), LIMITS)).source;
  await expect.poll(source, { timeout: 20_000 }).toBe('store');
}

test('while the store refuses connections requests go on, under a ceiling, and it is used again when it is back', async () => {
  await using gate = await startTestGate(testRedisUrl());
  using replica = await connectTestLimiter({ url: gate.url, storeTimeoutMs: STORE_TIMEOUT_MS });
  await usesStore(replica);
  await gate.close();
  await endures(replica);
  await gate.open();
  await recovers(replica);
  expect(visible(replica.logs)).toEqual(['error: the limits store fails', 'info: the limits store works again']);
});

test('while the store is a black hole requests go on, under a ceiling, and it is used again when it is back', async () => {
  await using link = await startTestLink(testRedisUrl());
  using replica = await connectTestLimiter({ url: link.url, storeTimeoutMs: STORE_TIMEOUT_MS });
  await usesStore(replica);
  link.silence();
  await endures(replica);
  link.heal();
  await recovers(replica);
  const { store, local } = await acceptedAtOnce(replica);
  expect(store).toBeLessThanOrEqual(30);
  // Of a machine that is too busy to hear the store in time.
  expect(local).toBeLessThanOrEqual(20);
});

test('while the store answers a second late requests go on, under a ceiling, and no late answer is taken for another', async () => {
  await using link = await startTestLink(testRedisUrl());
  using replica = await connectTestLimiter({ url: link.url, storeTimeoutMs: STORE_TIMEOUT_MS });
  link.delay(1_000);
  await endures(replica);
  link.heal();
  await recovers(replica);
  const tenant = someTenant();
  const remaining = [];
  for (let index = 0; index < 3; index += 1) {
    remaining.push((await replica.limiter.decide(tenant, LIMITS)).outcomes[0]?.remaining);
  }
  expect(remaining[0]).toBe(29);
});

test('a service that starts without its store works', async () => {
  await using gate = await startTestGate(testRedisUrl());
  using replica = await connectTestLimiter({ url: gate.url, storeTimeoutMs: STORE_TIMEOUT_MS });
  await gate.close();
  for (let index = 0; index < 5; index += 1) {
    expect(await replica.limiter.decide(someTenant(), LIMITS)).toMatchObject({ allowed: true });
    await expect(replica.limiter.decideExactly(someTenant(), LIMITS)).rejects.toThrow();
  }
});
