import { expect, test } from 'vitest';
import type { Limit } from '../algorithms/limit.ts';
import type { LimitOutcome } from './limit-store.ts';
import { createRefusalMemory } from './refusal-memory.ts';

const BUCKET: Limit = { kind: 'bucket', name: 'plan-1m', limit: 60, windowMs: 60_000, burst: 10 };
const SLOTS: Limit = { kind: 'slots', name: 'search-concurrency', limit: 5, leaseMs: 20_000 };
const LIMITS = [BUCKET, SLOTS];
const TENANT = { scope: 'tenant', id: 'a' } as const;

const outcome = (limit: Limit, retryAfterMs: number): LimitOutcome => {
  return { limit, allowed: retryAfterMs === 0, remaining: 0, retryAfterMs, moreInMs: 1_000 };
};

function memoryWithClock() {
  const clock = { nowMs: 0 };
  return { clock, memory: createRefusalMemory(() => clock.nowMs) };
}

test('a refusal is repeated until its wait is over, with what is left of it', () => {
  const { clock, memory } = memoryWithClock();
  memory.remember(TENANT, LIMITS, [outcome(BUCKET, 400), outcome(SLOTS, 0)]);
  clock.nowMs = 150;
  expect(memory.recall(TENANT, LIMITS)).toMatchObject([
    { allowed: false, retryAfterMs: 250, moreInMs: 850 },
    { allowed: true, retryAfterMs: 0 },
  ]);
  clock.nowMs = 399.9;
  expect(memory.recall(TENANT, LIMITS)?.[0]?.retryAfterMs).toBe(1);
  clock.nowMs = 400;
  expect(memory.recall(TENANT, LIMITS)).toBeUndefined();
});

test('a long wait is repeated for a second: the plan may change', () => {
  const { clock, memory } = memoryWithClock();
  memory.remember(TENANT, LIMITS, [outcome(BUCKET, 3_000_000)]);
  clock.nowMs = 999;
  expect(memory.recall(TENANT, LIMITS)).toBeDefined();
  clock.nowMs = 1_000;
  expect(memory.recall(TENANT, LIMITS)).toBeUndefined();
});

test('it holds for this subject and these limits only', () => {
  const { memory } = memoryWithClock();
  memory.remember(TENANT, LIMITS, [outcome(BUCKET, 400)]);
  expect(memory.recall({ scope: 'tenant', id: 'b' }, LIMITS)).toBeUndefined();
  expect(memory.recall({ scope: 'address', id: 'a' }, LIMITS)).toBeUndefined();
  expect(memory.recall(TENANT, [BUCKET, SLOTS])).toBeUndefined();
});

test('a slot may become free at any moment, so its refusal is not repeated', () => {
  const { memory } = memoryWithClock();
  memory.remember(TENANT, LIMITS, [outcome(BUCKET, 0), outcome(SLOTS, 1_000)]);
  expect(memory.recall(TENANT, LIMITS)).toBeUndefined();
});
