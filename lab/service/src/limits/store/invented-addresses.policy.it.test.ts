import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testRedisUrl } from '../../testing/test-environment.ts';
import type { Limit } from '../algorithms/limit.ts';
import { connectTestLimiter, type TestLimiter } from '../testing/test-limiter.ts';

const ADDRESSES = 100_000;
/** What a million may take: half of a small Redis. */
const MILLION_BYTES_MAX = 500_000_000;

let replica: TestLimiter;
let redis: Redis;

beforeAll(async () => {
  redis = new Redis(testRedisUrl());
  replica = await connectTestLimiter({ url: testRedisUrl() });
});
afterAll(() => {
  redis?.disconnect();
  replica?.[Symbol.dispose]();
});

const figure = async (section: string, name: string) =>
  Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(await redis.info(section))?.[1]);

test('a million invented addresses would stay within a cap of memory, as a hundred thousand show', async () => {
  // So long that none of the keys has ended when the memory is read; in production they end within seconds.
  const limits: readonly Limit[] = [{ kind: 'bucket', name: 'address-1h', limit: 1, windowMs: 3_600_000, burst: 60 }];
  const prefix = randomUUID().slice(0, 8);
  // As long as an IPv6 network is when it is written out.
  const ids = Array.from({ length: ADDRESSES }, (_, n) => `${prefix}:${n.toString(16).padStart(8, '0')}:0:0:0:0/56`);
  const keys = ids.map((id) => `limits:{address:${id}}:bucket:address-1h`);
  const [bytesBefore, evictedBefore] = [await figure('memory', 'used_memory'), await figure('stats', 'evicted_keys')];
  try {
    for (let from = 0; from < ADDRESSES; from += 1_000) {
      const some = ids.slice(from, from + 1_000);
      const asked = some.map((id) => replica.limiter.decide({ scope: 'address', id }, limits));
      for (const { allowed, source } of await Promise.all(asked)) expect([allowed, source]).toEqual([true, 'store']);
    }
    const bytes = (await figure('memory', 'used_memory')) - bytesBefore;
    expect(await redis.exists(...keys.filter((_, n) => n % 100 === 0))).toBe(ADDRESSES / 100);
    expect((await figure('stats', 'evicted_keys')) - evictedBefore).toBe(0);
    expect(bytes).toBeGreaterThan(ADDRESSES * 50);
    expect((bytes / ADDRESSES) * 1_000_000).toBeLessThan(MILLION_BYTES_MAX);
  } finally {
    for (let from = 0; from < ADDRESSES; from += 5_000) await redis.unlink(...keys.slice(from, from + 5_000));
  }
});
