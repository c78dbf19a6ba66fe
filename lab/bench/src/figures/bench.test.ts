import { LabError } from '@lab/sdk';
import { expect, test } from 'vitest';
import { figure } from '../report/figure.ts';
import type { RowId } from '../report/rows.ts';
import { attempt } from './bench.ts';
import { collectRows } from './collect-rows.ts';

function collect(...wanted: RowId[]) {
  let load = 0;
  const told: string[] = [];
  const rows = collectRows({
    wanted: new Set(wanted),
    loadavg: () => [load++, 0, 0],
    onRow: ({ row }) => told.push(row),
  });
  return { rows, told, bench: { rows, signal: new AbortController().signal } };
}

const of = 'stale-tea';
const how = 'npx lab start stale-tea';
const seconds = (row: RowId) => figure({ row, of, unit: 's', samples: [1], statistic: 'single', how });

test('rows are kept with the load before them; a row that nobody asked for is dropped', () => {
  const { rows, told } = collect('floor', 'reset');
  for (const row of ['floor', 'grade', 'reset'] as const) rows.add(seconds(row));
  expect(rows.all.map(({ row, loadavg }) => [row, loadavg[0]])).toEqual([
    ['floor', 0],
    ['reset', 1],
  ]);
  expect(told).toEqual(['floor', 'reset']);
  expect(rows.has('reset', of)).toBe(true);
  expect(rows.has('reset', 'other')).toBe(false);
});

test('of a measurement that fails, the rows it did not get to are told as unmeasured', async () => {
  const { rows, bench } = collect('memory-idle', 'memory-load');
  await attempt(bench, { rows: ['memory-idle', 'memory-load', 'pss-api'], of, how }, async () => {
    rows.add(seconds('memory-idle'));
    throw new LabError('E_TEST', { message: 'The tea is gone.' });
  });
  expect(rows.all.map(({ row, problem }) => [row, problem])).toEqual([
    ['memory-idle', undefined],
    ['memory-load', 'The tea is gone.'],
  ]);
});

test('of a bug the place is told', async () => {
  const { rows, bench } = collect('reset');
  await attempt(bench, { rows: ['reset'], of, how }, async () => {
    throw new TypeError('no tea');
  });
  expect(rows.all[0]?.problem).toMatch(/^TypeError: no tea \(at .*bench\.test\.ts/);
});

test('what nobody asked for is not measured', async () => {
  const { bench } = collect('floor');
  await attempt(bench, { rows: ['reset'], of, how }, async () => {
    throw new Error('measured');
  });
});

test('an interrupted measurement is no row', async () => {
  const { rows } = collect('reset');
  const signal = AbortSignal.abort(new Error('interrupted'));
  const measuring = attempt({ rows, signal }, { rows: ['reset'], of, how }, async () => {
    throw new Error('cut off');
  });
  await expect(measuring).rejects.toThrow('interrupted');
  expect(rows.all).toEqual([]);
});
