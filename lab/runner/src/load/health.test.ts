import type { LabHealth } from '@lab/sdk';
import { expect, test } from 'vitest';
import { problemOf } from './health.ts';

const healthy: Omit<LabHealth, 'problem'> = {
  echo: { requests: 100, failed: 0, p95Ms: 3, maxMs: 20 },
  load: { planned: 225, delivered: 225, dropped: 0 },
  canaries: [
    { part: 'postgres', failed: 0, maxMs: 4 },
    { part: 'redis-cache', failed: 0, maxMs: 2 },
  ],
  runnerStallMsMax: 30,
};

const busyEcho = { ...healthy.echo, p95Ms: 740.4 };
const lateLoad = { planned: 225, delivered: 180, dropped: 12 };

test('a lab that is well has no problem', () => {
  expect(problemOf(healthy)).toBeNull();
});

test.each<[string, Partial<LabHealth>, string]>([
  [
    'a part that the lab itself cannot reach',
    { canaries: [...healthy.canaries.slice(0, 1), { part: 'redis-cache', failed: 2, maxMs: 5_000 }] },
    "The lab's own connection to redis-cache failed 2 times.",
  ],
  [
    'an echo server that failed',
    { echo: { ...healthy.echo, failed: 1 } },
    "The lab's echo server failed 1 of 100 requests.",
  ],
  [
    'a late load beside a late echo',
    { load: lateLoad, echo: busyEcho },
    'Only 180 of 225 planned requests were sent, and the echo server was late too (p95 740 ms): this machine was too busy.',
  ],
  [
    'a runner that stood still',
    { runnerStallMsMax: 3_200.7 },
    'The lab itself stood still for 3201 ms: this machine was too busy.',
  ],
])('%s is a problem', (_what, change, problem) => {
  expect(problemOf({ ...healthy, ...change })).toBe(problem);
});

test.each<[string, Partial<LabHealth>]>([
  ['a late load without a late echo: the service is slow, the lab is well', { load: lateLoad }],
  ['a late echo without a late load', { echo: busyEcho }],
  ['a late load beside an echo at its limit', { load: lateLoad, echo: { ...healthy.echo, p95Ms: 500 } }],
  [
    'nineteen in twenty of the planned requests',
    { load: { planned: 200, delivered: 190, dropped: 0 }, echo: busyEcho },
  ],
  ['one very late echo', { echo: { ...healthy.echo, maxMs: 9_000 } }],
  ['a runner that stood still for three seconds', { runnerStallMsMax: 3_000 }],
])('%s is no problem', (_what, change) => {
  expect(problemOf({ ...healthy, ...change })).toBeNull();
});

test('a dead part is named before a busy machine: it is the nearer cause', () => {
  const canaries = [{ part: 'postgres', failed: 1, maxMs: 5_000 }];
  expect(problemOf({ ...healthy, canaries, load: lateLoad, echo: busyEcho, runnerStallMsMax: 9_000 })).toMatch(
    /postgres failed 1 times/,
  );
});
