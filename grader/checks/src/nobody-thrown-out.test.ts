import type { Evidence } from '@lab/sdk';
import { expect, test } from 'vitest';
import { nobodyThrownOut } from './nobody-thrown-out.ts';
import { runWith, save } from './testing/migration-run.ts';

const check = nobodyThrownOut({
  id: 'shop/nobody-thrown-out',
  title: 'Nobody is thrown out',
  points: 10,
  lesson: 'lessons/migrations#nobody-thrown-out',
  experiment: 'behind',
});
const codes = (given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);
const history = [
  save(11_000),
  save(11_100),
  save(31_000, { experiment: 'elsewhere', outcome: 'unknown', status: 503 }),
];

test('a report that lives to its end, and work that is answered, pass', () => {
  expect(codes(runWith({ history }))).toEqual([]);
});

test('REPORT_ENDED when the session of the report is gone before it was closed', () => {
  expect(codes(runWith({ history, facts: { reportAlive: false } }))).toEqual(['REPORT_ENDED']);
});

test('WORK_FAILED names the first request, its replica and how it failed', () => {
  const failed = save(14_000, { id: 7, outcome: 'unknown', status: 503, replica: 'api-2' });
  const [finding] = check.judge(runWith({ history: [...history, failed] }));
  expect(finding).toMatchObject({ code: 'WORK_FAILED', measured: { value: 1 }, refs: { operations: [7] } });
  expect(finding?.message).toContain('1 of 3 requests of the shop’s staff failed, the first at 13.99 s through api-2');
  const lost = save(14_000, { outcome: 'unknown', status: 0, error: 'TIMEOUT' });
  expect(check.judge(runWith({ history: [lost] }))[0]?.message).toContain('(TIMEOUT)');
});

test('without work, or without the experiment, nothing is judged', () => {
  expect(codes(runWith())).toEqual(['NOT_MEASURED']);
  expect(codes(runWith({ change: { experiments: [] } }))).toEqual(['NOT_MEASURED']);
  expect(codes(runWith({ change: { selected: [] } }))).toEqual([]);
});
