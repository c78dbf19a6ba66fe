import { expect, test } from 'vitest';
import { readsStayLinear } from './reads-stay-linear.ts';
import { backfillRun } from './testing/backfill-run.ts';

const check = readsStayLinear({
  id: 'shop/work-does-not-grow',
  title: 'Reads',
  points: 10,
  lesson: 'lessons/migrations#work-does-not-grow',
  experiment: 'noon',
  timesMax: 10,
});
const read = (rowsRead: number | null) => check.judge(backfillRun({ facts: { rows: 80_000, rowsRead } }));

test('each row may be read so often on average', () => {
  expect(read(0)).toEqual([]);
  expect(read(800_000)).toEqual([]);
});

test('READS_GROW says how often', () => {
  const [finding, ...others] = read(2_480_000);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    code: 'READS_GROW',
    measured: { value: 31, unit: 'times' },
    expected: { value: 10 },
  });
  expect(finding?.message).toContain('The table has 80,000 rows, and the backfill read 2,480,000: each 31 times.');
});

test('what was not counted is not judged', () => {
  expect(read(null).map(({ code }) => code)).toEqual(['NOT_MEASURED']);
  expect(check.judge(backfillRun({ change: { selected: [] } }))).toEqual([]);
});
