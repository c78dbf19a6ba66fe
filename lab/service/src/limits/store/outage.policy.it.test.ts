import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { testRedisUrl } from '../../testing/test-environment.ts';
import { startTestGate } from '../../testing/test-gate.ts';
import type { Limit } from '../algorithms/limit.ts';
import { connectTestLimiter, type TestLimiter, visible } from '../testing/test-limiter.ts';
import { startTestLink } from '../testing/test-link.ts';
import type { Subject } from './limit-store.ts';

const LIMITS: readonly Limit[] = [
  { kind: 'bucket', name: 'plan-1m', limit: 6_000, windowMs: 60_000, burst: 30 },
  { kind: 'slots', name: 'search-concurrency', limit: 50, leaseMs: 5_000 },
];
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

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0;
}

/** How many requests of one tenant get through at once. */
async function acceptedAtOnce({ limiter }: TestLimiter): Promise<number> {
  const tenant = someTenant();
  const decisions = await Promise.all(Array.from({ length: 200 }, () => limiter.decide(tenant, LIMITS)));
  for (const { release } of decisions) release();
  return decisions.filter(({ allowed }) => allowed).length;
}

async function recovers(replica: TestLimiter): Promise<void> {
  const source = async () => (await replica.limiter.decide(someTenant(), LIMITS)).source;
  await expect.poll(source, { timeout: 5_000, interval: 50 }).toBe('store');
}

async function endures(replica: TestLimiter): Promise<void> {
  const decisions = await decideFor(replica, 2_000);
  expect(decisions.every(({ allowed }) => allowed)).toBe(true);
  expect(p99(decisions.map(({ ms }) => ms))).toBeLessThanOrEqual(60);
  // A few find out; the rest are not kept waiting.
  expect(decisions.filter(({ ms }) => ms > 40).length).toBeLessThanOrEqual(5);
  // Two thirds of the burst, and what comes back during the call.
  const accepted = await acceptedAtOnce(replica);
  expect(accepted).toBeGreaterThanOrEqual(20);
  expect(accepted).toBeLessThanOrEqual(25);
}

/** A busy machine may take longer than a decision waits for it. */
async function usesStore({ limiter }: TestLimiter): Promise<void> {
  const source = async () => (await limiter.decide(someTenant(), LIMITS)).source;
  await expect.poll(source, { timeout: 5_000 }).toBe('store');
}

test('while the store refuses connections requests go on, under a ceiling, and it is used again when it is back', async () => {
  await using gate = await startTestGate(testRedisUrl());
  using replica = await connectTestLimiter({ url: gate.url, storeTimeoutMs: 50 });
  await usesStore(replica);
  await gate.close();
  await endures(replica);
  await gate.open();
  await recovers(replica);
  expect(visible(replica.logs)).toEqual(['error: the limits store fails', 'info: the limits store works again']);
});

test('while the store is a black hole requests go on, under a ceiling, and it is used again when it is back', async () => {
  await using link = await startTestLink(testRedisUrl());
  using replica = await connectTestLimiter({ url: link.url, storeTimeoutMs: 50 });
  await usesStore(replica);
  link.silence();
  await endures(replica);
  link.heal();
  await recovers(replica);
  expect(await acceptedAtOnce(replica)).toBeLessThanOrEqual(30 + 10);
});

test('while the store answers a second late requests go on, under a ceiling, and no late answer is taken for another', async () => {
  await using link = await startTestLink(testRedisUrl());
  using replica = await connectTestLimiter({ url: link.url, storeTimeoutMs: 50 });
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
  using replica = await connectTestLimiter({ url: gate.url, storeTimeoutMs: 50 });
  await gate.close();
  for (let index = 0; index < 5; index += 1) {
    expect(await replica.limiter.decide(someTenant(), LIMITS)).toMatchObject({ allowed: true });
    await expect(replica.limiter.decideExactly(someTenant(), LIMITS)).rejects.toThrow();
  }
});
