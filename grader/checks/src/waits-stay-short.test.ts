import type { Evidence, Operation } from '@lab/sdk';
import { expect, test } from 'vitest';
import { backfillRun } from './testing/backfill-run.ts';
import { operation } from './testing/evidence.ts';
import { waitsStayShort } from './waits-stay-short.ts';

const check = waitsStayShort({
  id: 'shop/checkout-goes-on',
  title: 'Checkout',
  points: 10,
  lesson: 'lessons/migrations#checkout-goes-on',
  experiment: 'noon',
  waitMsMax: 1_000,
});
const codes = (given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);
const order = (change: Partial<Operation> = {}) =>
  operation({ experiment: 'noon', kind: 'write', view: 'order', ...change });
const run = (waits: readonly Record<string, string | number | boolean>[], history = [order()]) =>
  backfillRun({ tables: { 'lock-waits': waits }, change: { history } });
const wait = (ms: number, behindMigration = true) => ({
  ...{ who: 'api-1', table: 'public.books', mode: 'ShareLock', behindMigration },
  ...{ startMs: 6_000, endMs: 6_000 + ms },
});

test('short waits pass, and long ones for somebody else', () => {
  expect(codes(run([wait(1_000), wait(4_000, false), { ...wait(4_000), who: 'lab' }]))).toEqual([]);
});

test('WAITED_BEHIND and WORK_FAILED', () => {
  const [finding, ...others] = check.judge(run([wait(1_001), wait(3_000)]));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ code: 'WAITED_BEHIND', measured: { value: 3_000 }, expected: { value: 1_000 } });
  expect(finding?.message).toContain('1 more waits took longer than 1 s');
  expect(codes(run([], [order({ outcome: 'unknown', status: 503 })]))).toEqual(['WORK_FAILED']);
});

test('nobody who worked, nothing to judge', () => {
  expect(codes(run([], []))).toEqual(['NOT_MEASURED']);
  expect(codes(backfillRun({ change: { experiments: [] } }))).toEqual(['NOT_MEASURED']);
});
