import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defineScript, type RedisScript } from '../../platform/redis-script.ts';
import { testRedisUrl } from '../../testing/test-environment.ts';
import { decide, type LimitState } from '../algorithms/decide.ts';
import type { Ask, Limit, Outcome, Taken } from '../algorithms/limit.ts';
import { type SeededRandom, seededRandom } from '../testing/seeded-random.ts';
import { limitScript, NEVER } from './limit-script.ts';

// The time comes from the test, so keys must expire by it as well: what the server would forget is kept in a hash.
const TEST_CLOCK = `
local now, expiries = tonumber(ARGV[#ARGV]), ARGV[#ARGV - 1]
local server = redis
for _, key in ipairs(KEYS) do
  local expiry = server.call('HGET', expiries, key)
  if expiry and tonumber(expiry) <= now then server.call('DEL', key) end
end
local redis = { call = function(command, key, ...)
  if command ~= 'PEXPIRE' then return server.call(command, key, ...) end
  return server.call('HSET', expiries, key, string.format('%.0f', now + tonumber(...)))
end }`;

const STEPS = 15_000;
const STEPS_OF_SUBJECT = 150;
const START_MS = 1_790_000_000_000;

let redis: Redis;
let run: RedisScript;

beforeAll(() => {
  redis = new Redis(testRedisUrl());
  run = defineScript(redis, 'decideByTestClock', limitScript(TEST_CLOCK));
});
afterAll(() => redis?.disconnect());

/** A subject as the functions see it. What may be forgotten is, also before the plan changes. */
function model() {
  let kept: readonly { state: LimitState; untilMs: number }[] = [];
  return (limits: readonly Limit[], { nowMs, cost }: Ask): readonly Taken<LimitState>[] => {
    const stateAt = (index: number) => ((kept[index]?.untilMs ?? 0) > nowMs ? kept[index]?.state : undefined);
    const entries = limits.map((limit, index) => ({ limit, state: stateAt(index) }));
    const taken = decide(entries, { nowMs, cost }).results.map((result) => result.taken);
    kept = taken.map(({ state, ttlMs }) => ({ state, untilMs: nowMs + ttlMs }));
    return taken;
  };
}

/** The same subject as the server sees it. */
function server(limits: readonly Limit[], id: string) {
  const keys = limits.map(({ kind, name }) => `test:{${id}}:${kind}:${name}`);
  const expiries = `test:{${id}}:expiries`;
  return {
    async ask(now: readonly Limit[], { nowMs, cost }: Ask): Promise<unknown> {
      const all = now.flatMap((limit) => {
        const span = limit.kind === 'slots' ? limit.leaseMs : limit.windowMs;
        return [limit.kind, limit.limit, span, limit.kind === 'bucket' ? limit.burst : 0];
      });
      return await run(keys, [cost, randomUUID(), ...all, expiries, nowMs]);
    },
    /** When the server would forget each limit. */
    expiries: async () => (await redis.hmget(expiries, ...keys)).map(Number),
    clear: async () => await redis.del(...keys, expiries),
  };
}

function randomLimits(random: SeededRandom): readonly Limit[] {
  const limit = () => random.pick([1, 2, 3, 7, 10, 60, 1_000, 999_983]);
  const windowMs = () => random.pick([100, 101, 997, 1_000, 2_000, 60_000, 3_600_000, 86_400_000]);
  const one = (index: number): Limit => {
    const name = String(index);
    const kind = random.pick(['bucket', 'window', 'bucket', 'window', 'slots'] as const);
    if (kind === 'slots') return { kind, name, limit: random.integer(1, 4), leaseMs: windowMs() };
    if (kind === 'window') return { kind, name, limit: limit(), windowMs: windowMs() };
    return { kind, name, limit: limit(), windowMs: windowMs(), burst: random.pick([1, 2, 5, 10, 1_000, 1_000_000]) };
  };
  return Array.from({ length: random.integer(1, 3) }, (_, index) => one(index));
}

/** Another plan: the same windows, other figures. */
function otherPlan(random: SeededRandom, limits: readonly Limit[]): readonly Limit[] {
  return limits.map((limit) => {
    const figures = { limit: random.integer(1, 100) };
    return limit.kind === 'bucket' ? { ...limit, ...figures, burst: random.integer(1, 20) } : { ...limit, ...figures };
  });
}

/** The same instant, a moment, a fraction of a token, a long time, and sometimes a clock that was set back. */
function randomStepMs(random: SeededRandom, limits: readonly Limit[]): number {
  // Leases are by the clock that the server has, so setting it back lengthens or shortens them.
  const mayGoBack = limits.every(({ kind }) => kind !== 'slots');
  return random.pick([
    0,
    0,
    0,
    1,
    random.integer(1, 20),
    random.integer(1, 1_000),
    random.integer(1, 100_000),
    random.next() < 0.05 ? random.integer(1, 1_000_000_000) : 0,
    mayGoBack && random.next() < 0.05 ? -random.integer(1, 10_000) : 0,
  ]);
}

function replyOf({ allowed, remaining, retryAfterMs, moreInMs }: Outcome): number[] {
  return [allowed ? 1 : 0, remaining, Number.isFinite(retryAfterMs) ? retryAfterMs : NEVER, moreInMs];
}

test('the script and the functions say the same, over long random sequences', async () => {
  const random = seededRandom(31);
  let refused = 0;
  for (let step = 0; step < STEPS; step += STEPS_OF_SUBJECT) {
    let limits = randomLimits(random);
    const [expected, actual] = [model(), server(limits, randomUUID())];
    let nowMs = START_MS + random.integer(0, 1_000_000);
    for (let turn = 0; turn < STEPS_OF_SUBJECT; turn += 1) {
      nowMs += randomStepMs(random, limits);
      if (turn > 0 && turn % 50 === 0) limits = otherPlan(random, limits);
      const ask = { nowMs, cost: random.pick([1, 1, 1, 1, 1, 0, 2, 3, 10, 2_000_000]) };
      const taken = expected(limits, ask);
      const where = `subject ${step / STEPS_OF_SUBJECT}, turn ${turn}, ${JSON.stringify({ ask, limits })}`;
      expect(await actual.ask(limits, ask), where).toEqual(taken.map(replyOf));
      if (taken.some(({ allowed }) => !allowed)) refused += 1;
    }
    const forgotten = await actual.expiries();
    for (const [index, { ttlMs }] of expected(limits, { nowMs, cost: 0 }).entries()) {
      if (limits[index]?.kind !== 'slots' && ttlMs > 0) expect(forgotten[index]).toBe(nowMs + ttlMs);
    }
    await actual.clear();
  }
  // Both answers were there often enough to mean something.
  expect(refused).toBeGreaterThan(STEPS / 10);
  expect(refused).toBeLessThan((STEPS * 9) / 10);
});

test('with the time of the server, a key is gone when it means nothing any more', async () => {
  const decideNow = defineScript(redis, 'decideByServerClock', limitScript());
  const key = `test:{${randomUUID()}}:bucket:plan-1s`;
  const ask = () => decideNow([key], [1, randomUUID(), 'bucket', 20, 1_000, 5]);
  expect(await ask()).toEqual([[1, 4, 0, 50]]);
  expect(await redis.pttl(key)).toBeGreaterThan(0);
  await expect.poll(() => redis.exists(key), { timeout: 20_000 }).toBe(0);
});
