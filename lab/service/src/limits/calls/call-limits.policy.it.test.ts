import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { testRedisUrl } from '../../testing/test-environment.ts';
import { startTestGate } from '../../testing/test-gate.ts';
import type { Limit } from '../algorithms/limit.ts';
import { connectTestLimiter } from '../testing/test-limiter.ts';
import { createCallLimiter } from './call-limiter.ts';

const LIMITS: readonly Limit[] = [
  { kind: 'bucket', name: 'calls-1s', limit: 50, windowMs: 1_000, burst: 5 },
  { kind: 'slots', name: 'concurrency', limit: 4, leaseMs: 2_000 },
];

/** A worker that limits its calls to a service of this name. */
async function startWorker(name: string, url = testRedisUrl()) {
  const limiter = await connectTestLimiter({ url, processes: 2 });
  const stopping = new AbortController();
  const calls = createCallLimiter({ ...limiter, name, limits: LIMITS, waitMsMax: 5_000, signal: stopping.signal });
  return { calls, [Symbol.dispose]: () => limiter[Symbol.dispose]() };
}

test('two workers share rate and concurrency, and all calls are made in the end', async () => {
  const name = randomUUID();
  using first = await startWorker(name);
  using second = await startWorker(name);
  let made = 0;
  let underWay = 0;
  let mostUnderWay = 0;
  const call = async () => {
    made += 1;
    underWay += 1;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    await sleep(20);
    underWay -= 1;
  };
  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: 60 }, (_, index) => (index % 2 ? first : second).calls.run(call)));
  expect(made).toBe(60);
  expect(mostUnderWay).toBeLessThanOrEqual(4);
  // All but the burst of 5 wait for what comes back, 50 a second. Without a rate it would be 15 × 20 ms.
  expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(1_090);
});

test('while the store is away calls are still made, under the ceiling of the worker', async () => {
  await using gate = await startTestGate(testRedisUrl());
  using worker = await startWorker(randomUUID(), gate.url);
  await gate.close();
  let made = 0;
  await Promise.all(
    Array.from({ length: 20 }, () =>
      worker.calls.run(async () => {
        made += 1;
      }),
    ),
  );
  expect(made).toBe(20);
});
