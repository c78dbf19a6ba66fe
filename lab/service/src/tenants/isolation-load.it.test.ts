import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testRedisUrl } from '../testing/test-environment.ts';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';
import type { Flood, FloodCounts } from './testing/flood-thread.ts';

/** What the plan of the noisy tenant allows each second, and what it sends. */
const PLAN = 10;
const SENT = 20 * PLAN;
const QUIET = 50;
const PHASE_MS = 4_000;

let service: TestService;
let flooder: Worker;
let quiet: { tenant: TestTenant; token: string };
let noisy: { tenant: TestTenant; token: string };

beforeAll(async () => {
  const plenty = [{ limit: 1_000_000, windowMs: 60_000 }];
  const small = [{ limit: PLAN, windowMs: 1_000, burst: PLAN }];
  const large = [{ limit: 100_000, windowMs: 1_000, burst: 100_000 }];
  service = await startTestService({
    REDIS_LIMITS_URL: testRedisUrl(),
    PLANS_JSON: JSON.stringify({ free: { limits: small }, pro: { limits: large } }),
    ADDRESS_LIMITS_JSON: JSON.stringify(plenty),
    LOGIN_LIMITS_JSON: JSON.stringify({ account: plenty, address: plenty }),
  });
  flooder = new Worker(new URL('testing/flood-thread.ts', import.meta.url));
  quiet = await openSide('pro', 50);
  noisy = await openSide('free', 2_000);
});
afterAll(async () => {
  await flooder?.terminate();
  await service?.[Symbol.asyncDispose]();
});

async function openSide(plan: string, books: number) {
  const tenant = await service.createTenant({ books });
  await service.database.query('UPDATE tenants SET plan = $2 WHERE id = $1', [tenant.id, plan]);
  return { tenant, token: await service.signIn(tenant) };
}

/** Reads of the quiet tenant at an even pace, lists and single books in turn. */
async function readQuietly(statuses: Set<number>): Promise<void> {
  const { tenant, token } = quiet;
  const reads: Promise<void>[] = [];
  const startedAtMs = performance.now();
  const read = async (path: string) => {
    statuses.add((await service.request(path, { token })).status);
  };
  while (performance.now() - startedAtMs < PHASE_MS) {
    reads.push(read(reads.length % 2 === 0 ? '/v2/books' : `/v2/books/${tenant.bookIds[reads.length % 50]}`));
    await sleep(Math.max(0, startedAtMs + (reads.length * 1_000) / QUIET - performance.now()));
  }
  await Promise.all(reads);
}

/** Searches through all the books of the noisy tenant, sent by a thread of its own. */
async function flood(durationMs: number): Promise<FloodCounts> {
  const url = `${service.url}/v2/books?q=nothing`;
  const asked: Flood = { url, token: noisy.token, perSecond: SENT, durationMs };
  flooder.postMessage(asked);
  const [counts] = await once(flooder, 'message');
  return counts;
}

test('one tenant that sends twenty times its plan gets its plan, and another has no errors', async () => {
  const statuses = new Set<number>();
  const [sent] = await Promise.all([flood(PHASE_MS), readQuietly(statuses)]);
  expect(statuses).toEqual(new Set([200]));
  // Otherwise there was no flood, or nothing was let through.
  const seconds = PHASE_MS / 1_000;
  expect(Object.keys(sent).sort()).toEqual(['200', '429']);
  expect(sent[429]).toBeGreaterThan(4 * PLAN * seconds);
  expect(sent[200]).toBeGreaterThan(0.9 * PLAN * seconds);
  expect(sent[200]).toBeLessThanOrEqual(PLAN * (seconds + 2));
});
