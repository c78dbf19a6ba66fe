import { expect, test } from 'vitest';
import { atMost, below } from '../report/goal.ts';
import { progressLine, renderService, type ServiceBenchDocument } from './document.ts';
import { serviceRow, unmeasuredRow } from './row.ts';

const ms = { section: 'load', unit: 'ms' } as const;

test('a goal is held against the first of the measured', () => {
  const measured = { reference: 40.00049, naive: 400 };
  const row = serviceRow({ ...ms, what: 'page', measured, goal: atMost(50) });
  expect(row).toMatchObject({ held: true, goal: '≤ 50 ms', measured: { reference: 40 } });
  expect(serviceRow({ ...ms, what: 'page', measured: { reference: 200 }, goal: below(200) }).held).toBe(false);
});

test('what was not measured holds no goal and breaks none', () => {
  expect(serviceRow({ ...ms, what: 'page', measured: { reference: null }, goal: atMost(50) }).held).toBeNull();
});

test('a progress line tells figures, goal and reason', () => {
  const row = serviceRow({ ...ms, what: 'page', measured: { reference: 60, naive: 400 }, goal: atMost(50) });
  expect(progressLine(row)).toBe('page … reference 60 ms, naive 400 ms, NOT held: ≤ 50 ms');
  expect(progressLine(unmeasuredRow('load', 'page', 'k6 has ended.'))).toBe('page … not measured: k6 has ended.');
});

test('the table has a line for each row, and what is to be said below it', () => {
  const document: ServiceBenchDocument = {
    schema: 'brownout.bench-service/1',
    commit: null,
    startedAt: '2026-01-01T00:00:00.000Z',
    tookS: 60,
    machine: { platform: 'linux-x64', processor: 'P', cores: 2, memoryGiB: 8, kernel: '6', node: 'v24', tools: {} },
    loadavg: [0.12, 0.5, 1],
    rows: [
      serviceRow({ ...ms, what: 'page', measured: { reference: 1.25 }, note: 'Of many.' }),
      unmeasuredRow('libraries', 'limiter', 'It is not installed.'),
    ],
  };
  const lines = renderService(document).split('\n');
  expect(lines.slice(3)).toEqual([
    'section    what     measured  goal  held',
    'load       page     1.3 ms    –     –',
    'libraries  limiter  –         –     –',
    '',
    '  page: Of many.',
    '  limiter: Not measured: It is not installed.',
  ]);
});
