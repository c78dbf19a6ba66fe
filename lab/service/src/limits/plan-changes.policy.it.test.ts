import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { recordingLog } from '../testing/recording-log.ts';
import { testRedisUrl } from '../testing/test-environment.ts';
import { startPlanChanges } from './plan-changes.ts';

/** A process that knows about changes, of a shop of its own in the store. */
function startProcess(key: string, tokenTtlMs = 60_000) {
  const redis = new Redis(testRedisUrl());
  const changes = startPlanChanges({ redis, log: recordingLog([]), tokenTtlMs, pollMs: 50, key });
  return {
    redis,
    changes,
    async [Symbol.asyncDispose]() {
      await changes.stop();
      redis.disconnect();
    },
  };
}

test('a change is known to all processes within a poll, and the last one holds', async () => {
  const key = `test:${randomUUID()}`;
  await using first = startProcess(key);
  await using second = startProcess(key);
  const tenantId = randomUUID();
  expect(second.changes.planOf(tenantId)).toBeUndefined();
  await first.changes.announce(tenantId, 'pro');
  expect(first.changes.planOf(tenantId)).toBe('pro');
  await expect.poll(() => second.changes.planOf(tenantId), { timeout: 20_000 }).toBe('pro');
  await second.changes.announce(tenantId, 'free');
  await expect.poll(() => first.changes.planOf(tenantId), { timeout: 20_000 }).toBe('free');
  await first.changes.announce(tenantId, 'pro');
  await expect.poll(() => second.changes.planOf(tenantId), { timeout: 20_000 }).toBe('pro');
});

test('a change is forgotten when every token carries it, and no key stays', async () => {
  const key = `test:${randomUUID()}`;
  await using one = startProcess(key, 300);
  const tenantId = randomUUID();
  await one.changes.announce(tenantId, 'pro');
  expect(await one.redis.pttl(key)).toBeGreaterThan(0);
  await expect.poll(() => one.changes.planOf(tenantId), { timeout: 20_000 }).toBeUndefined();
  await expect.poll(() => one.redis.exists(key), { timeout: 20_000 }).toBe(0);
});
