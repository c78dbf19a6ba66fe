import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createTenantCounter } from './tenant-counter.ts';

function setUp(namedMax?: number) {
  const registry = new Registry();
  const settings = { name: 'things_total', help: 'Things.', labelNames: ['outcome'] as const };
  const counter = createTenantCounter(registry, namedMax === undefined ? settings : { ...settings, namedMax });
  const count = (tenant: string, times = 1, outcome = 'hit') => {
    for (let n = 0; n < times; n += 1) counter.inc({ outcome, tenant });
  };
  const series = async () => {
    const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('things_total{'));
    return Object.fromEntries(
      lines.map((line) => {
        const [, outcome, tenant, value] = /outcome="(.*)",tenant="(.*)"\} (\d+)/.exec(line) ?? [];
        return [`${tenant} ${outcome}`, Number(value)];
      }),
    );
  };
  return { count, series };
}

test('a thousand tenants are as many series as ten and the rest, and nothing is lost', async () => {
  const { count, series } = setUp();
  for (let round = 0; round < 3; round += 1) {
    for (let n = 0; n < 1_000; n += 1) count(`tenant-${n}`, 1, n % 2 === 0 ? 'hit' : 'miss');
  }
  const found = await series();
  expect(Object.keys(found)).toHaveLength(12);
  expect(Object.values(found).reduce((sum, value) => sum + value, 0)).toBe(3_000);
  expect(found['tenant-0 hit']).toBe(3);
});

test('the busiest have names, whenever they came', async () => {
  const { count, series } = setUp(2);
  for (let n = 0; n < 50; n += 1) count(`tenant-${n}`);
  count('late', 100);
  count('later', 40, 'miss');
  const found = await series();
  expect(new Set(Object.keys(found))).toEqual(new Set(['late hit', 'later miss', 'other hit', 'other miss']));
  expect(found['late hit']).toBeGreaterThan(90);
  expect(found['later miss']).toBeGreaterThan(35);
});

test('two that are as busy as each other do not take turns', async () => {
  const { count, series } = setUp(1);
  for (let n = 0; n < 100; n += 1) {
    count('one');
    count('two', 2);
    count('one');
  }
  expect(await series()).toEqual({ 'one hit': 200, 'other hit': 200 });
});

test('no series counts backwards', async () => {
  const { count, series } = setUp(2);
  let last: Record<string, number> = {};
  for (let n = 0; n < 400; n += 1) {
    count(`tenant-${Math.floor(Math.sqrt(n * 7)) % 9}`);
    const now = await series();
    for (const [name, value] of Object.entries(now)) expect(value).toBeGreaterThanOrEqual(last[name] ?? 0);
    last = now;
  }
});
