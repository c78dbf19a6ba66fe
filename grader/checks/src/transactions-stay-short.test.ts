import type { Evidence } from '@lab/sdk';
import { expect, test } from 'vitest';
import { backfillRun } from './testing/backfill-run.ts';
import { healthyLab } from './testing/evidence.ts';
import { transactionsStayShort } from './transactions-stay-short.ts';

const check = transactionsStayShort({
  id: 'shop/transactions-are-short',
  title: 'Short',
  points: 15,
  lesson: 'lessons/migrations#transactions-are-short',
  experiment: 'noon',
  openMsMax: 1_000,
});
const codes = (given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);
const open = (ms: number, writes = true) => ({ pid: 7, startMs: 6_000, endMs: 6_000 + ms, writes });
const seen = (...transactions: ReturnType<typeof open>[]) => backfillRun({ tables: { transactions } });

test('short ones pass, up to the limit', () => {
  expect(codes(seen(open(90), open(1_000)))).toEqual([]);
  expect(codes(seen(open(1_001)))).toEqual(['TRANSACTION_OPEN_LONG']);
});

test('TRANSACTION_OPEN_LONG names the longest, and how many there were', () => {
  const [finding, ...others] = check.judge(seen(open(90), open(5_200), open(1_500)));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ atMs: 6_000, measured: { value: 5_200, unit: 'ms' }, expected: { value: 1_000 } });
  expect(finding?.message).toContain('was open for 5.2 s; 2 of 3 that the lab saw');
  expect(check.judge(seen(open(5_200, false)))[0]?.message).toContain('It had changed nothing yet');
});

test('the limit grows on a machine that has no time', () => {
  const labHealth = { ...healthyLab, canaries: [{ part: 'postgres', failed: 0, maxMs: 600 }] };
  expect(codes({ ...seen(open(1_500)), labHealth })).toEqual([]);
});

test('who had nothing to do when the rows were taken has nothing to show; who was not seen is not judged', () => {
  expect(codes(backfillRun({ facts: { point: 'ended' } }))).toEqual([]);
  expect(codes(backfillRun())).toEqual(['NOT_MEASURED']);
  expect(codes(backfillRun({ change: { experiments: [] } }))).toEqual(['NOT_MEASURED']);
});
