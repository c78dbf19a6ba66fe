import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { expect, test, vi } from 'vitest';
import { CALLS_LIMITED } from '../limits/calls/call-limiter.ts';
import { CallError } from '../platform/call-error.ts';
import { type LogLine, recordingLog } from '../testing/recording-log.ts';
import { createCallGuard } from './call-guard.ts';
import { createCallGuardMetrics } from './call-guard-metrics.ts';
import { reportOfCallError } from './call-report.ts';

const BREAKER = { windowMs: 3_000, volume: 10, failurePercent: 50, openMs: 2_000, probes: 2 };
const BUDGET = { max: 20, perSuccess: 0.1, perSecond: 1 };
const SILENCE = new CallError('The provider did not answer.', {});

function setUp() {
  let nowMs = 0;
  const logs: LogLine[] = [];
  const registry = new Registry();
  const guard = createCallGuard({
    name: 'payments',
    breaker: BREAKER,
    budget: BUDGET,
    reportOf: reportOfCallError,
    log: recordingLog(logs),
    metrics: createCallGuardMetrics(registry),
    now: () => nowMs,
    random: () => 0,
  });
  const fail = async (times: number, error: unknown = SILENCE) => {
    const call = vi.fn(() => Promise.reject(error));
    for (let n = 0; n < times; n += 1) await guard.run(call).catch(() => {});
    return call.mock.calls.length;
  };
  const wait = (ms: number) => {
    nowMs += ms;
  };
  return { guard, fail, logs, registry, wait };
}

test('a call’s result and its error are passed on', async () => {
  const { guard } = setUp();
  expect(await guard.run(async () => 'charged')).toBe('charged');
  await expect(guard.run(() => Promise.reject(SILENCE))).rejects.toBe(SILENCE);
});

test('while the service fails it is not called, and who asks is told at once and when to come back', async () => {
  const { guard, fail } = setUp();
  expect(await fail(100)).toBe(10);
  const call = vi.fn();
  await expect(guard.run(call)).rejects.toMatchObject({ code: 'DEPENDENCY_AWAY', status: 503, retryAfterSeconds: 2 });
  expect(call).not.toHaveBeenCalled();
});

test('while it is open, who asks has an answer within 10 ms', async () => {
  const { guard, fail } = setUp();
  await fail(10);
  const tookMs: number[] = [];
  for (let n = 0; n < 51; n += 1) {
    const startedAtMs = performance.now();
    await expect(guard.run(() => sleep(1_000))).rejects.toMatchObject({ code: 'DEPENDENCY_AWAY' });
    tookMs.push(performance.now() - startedAtMs);
  }
  // The median: a machine that stands still for a moment says nothing about the breaker.
  expect(tookMs.toSorted((a, b) => a - b)[25], 'milliseconds until the refusal').toBeLessThan(10);
});

test.each([
  ['declines', new CallError('declined', { status: 402 })],
  ['refuses what is wrong', new CallError('wrong', { status: 400 })],
  ['asks for fewer calls', new CallError('too many', { status: 429 })],
])('a service that %s is up', async (_name, error) => {
  const { fail } = setUp();
  expect(await fail(100, error)).toBe(100);
});

test('our own limits and errors say nothing about the service', async () => {
  const { fail } = setUp();
  expect(await fail(50, new CallError('limited', { code: CALLS_LIMITED }))).toBe(50);
  expect(await fail(50, new Error('a bug'))).toBe(50);
});

test('when the service is back, two calls go ahead and the rest follows', async () => {
  const { guard, fail, wait, logs } = setUp();
  await fail(10);
  wait(2_000);
  for (const answer of ['first', 'second', 'third']) expect(await guard.run(async () => answer)).toBe(answer);
  expect(logs.map(({ fields }) => `${fields.from} → ${fields.to}`)).toEqual([
    'closed → open',
    'open → half-open',
    'half-open → closed',
  ]);
});

test('retries wait while most calls fail, and time brings them back', async () => {
  const { guard, fail, wait } = setUp();
  expect(guard.mayRetry()).toBe(true);
  await fail(10);
  expect(guard.mayRetry()).toBe(false);
  wait(1_000);
  expect(guard.mayRetry()).toBe(true);
});

test('metrics show the state and what was refused', async () => {
  const { fail, registry } = setUp();
  await fail(12);
  const text = await registry.metrics();
  expect(text).toContain('dependency_breaker_state{dependency="payments",state="open"} 1');
  expect(text).toContain('dependency_breaker_state{dependency="payments",state="closed"} 0');
  expect(text).toContain('dependency_calls_refused_total{dependency="payments",by="breaker"} 2');
});
