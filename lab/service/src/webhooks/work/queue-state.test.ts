import { expect, test } from 'vitest';
import { summarise, type TenantQueue } from './queue-state.ts';

const endpoints = { active: 1, broken: 2, suspended: 3, disabled: 4 };

test('of many tenants the deepest and the oldest are shown, and all are counted', () => {
  const queues = Array.from({ length: 1_000 }, (_, n): TenantQueue => {
    return { tenant: `tenant-${n}`, depth: n, parked: n % 2, oldestSeconds: 1_000 - n };
  });
  const state = summarise(queues, 7, endpoints);
  expect(state.deepest.map(({ tenant }) => tenant).slice(0, 2)).toEqual(['tenant-999', 'tenant-998']);
  expect(state.oldest.map(({ tenant }) => tenant).slice(0, 2)).toEqual(['tenant-0', 'tenant-1']);
  expect([state.deepest.length, state.oldest.length]).toEqual([10, 10]);
  expect(state).toMatchObject({ waiting: 499_500, parked: 500, dead: 7, endpoints });
});

test('nothing waits where nothing is', () => {
  expect(summarise([], 0, endpoints)).toMatchObject({ deepest: [], oldest: [], waiting: 0, parked: 0 });
});
