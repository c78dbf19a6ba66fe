import { expect, test } from 'vitest';
import { type BenchFacts, benchDocument, benchSchema, isComplete } from './document.ts';
import { figure, unmeasured } from './figure.ts';
import { atMost } from './goal.ts';
import { progressLine, renderTable, summary } from './table.ts';

const held = figure({
  row: 'reset',
  of: '1,000,000 rows',
  unit: 's',
  samples: [0.12, 0.1, 0.11],
  statistic: 'median',
  goal: atMost(0.5),
  how: 'freshDatabase',
  note: 'The next spare took 0.40 s.',
});
const missed = figure({
  row: 'grade',
  of: 'stale-tea',
  unit: 's',
  samples: [14],
  statistic: 'p95',
  goal: atMost(12),
  how: 'npx lab grade stale-tea --variant reference',
});
const floor = figure({
  row: 'floor',
  of: 'stale-tea',
  unit: 's',
  samples: [1.712],
  statistic: 'median',
  how: 'floor.sh',
});
const broken = unmeasured({ row: 'check', of: '', how: 'npm run check', problem: 'It ended with exit code 1.' });

const facts: BenchFacts = {
  commit: { id: '0123456789abcdef', isChanged: true },
  startedAt: new Date('2026-01-02T03:04:05Z'),
  tookMs: 61_400,
  machine: {
    platform: 'linux-x64',
    processor: 'A Processor',
    cores: 2,
    memoryGiB: 24,
    kernel: '6.1',
    node: 'v24.0.0',
    tools: { postgres: '18.4', k6: '2.2.0' },
  },
  rows: [held, missed, floor, broken].map((row) => ({ ...row, loadavg: [0.123, 0.2, 0.3] })),
};

test('the document is what its schema says, also after a way through JSON', () => {
  const document = benchDocument(facts);
  expect(benchSchema.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
  expect(document).toMatchObject({ schema: 'brownout.bench/1', tookS: 61, startedAt: '2026-01-02T03:04:05.000Z' });
  expect(document.rows[0]).toMatchObject({ row: 'reset', held: true, loadavg: [0.12, 0.2, 0.3] });
});

test('a row that misses its goal is measured; one with a problem is not', () => {
  expect(isComplete([held, missed, floor])).toBe(true);
  expect(isComplete([held, broken])).toBe(false);
});

test('the table has a line for each row, and says what there is to say', () => {
  expect(renderTable(benchDocument(facts)).split('\n')).toEqual([
    'linux-x64, A Processor, 2 cores, 24 GiB, kernel 6.1',
    'Node v24.0.0, postgres 18.4, k6 2.2.0',
    'commit 0123456789ab, changed, 2026-01-02T03:04:05.000Z, took 61 s',
    '',
    'row    of              measured  goal       held  samples',
    'reset  1,000,000 rows  0.11 s    ≤ 0.50 s   yes   median of 0.12 0.1 0.11',
    'grade  stale-tea       14.00 s   ≤ 12.00 s  NO',
    'floor  stale-tea       1.71 s    –          –',
    'check                  –         –          –',
    '',
    '  reset (1,000,000 rows): The next spare took 0.40 s.',
    '  check: Not measured: It ended with exit code 1.',
    '',
    '4 rows: 1 held, 1 not held, 1 without a goal, 1 not measured',
  ]);
});

test('a row is told in one line as it finishes', () => {
  expect(progressLine(floor)).toBe('floor (stale-tea) … 1.71 s');
  expect(progressLine(missed)).toBe('grade (stale-tea) … 14.00 s, NOT held: ≤ 12.00 s');
  expect(progressLine(broken)).toBe('check … not measured: It ended with exit code 1.');
  expect(summary([held])).toBe('1 row: 1 held');
});
