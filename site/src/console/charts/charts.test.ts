import { expect, test } from 'vitest';
import type { Tick } from '../run/run-model.ts';
import { chartColumns, figure, figureText, hasFigures, momentText, spokenMoment, ticksShown } from './chart-data.ts';
import { charts } from './chart-definitions.ts';
import { moveCursor } from './cursor-keys.ts';
import { nearestPoint } from './nearest-point.ts';

const [rate, , errors] = charts;
if (rate === undefined || errors === undefined) throw new Error('There are no charts.');
const requests = rate;
const all = { fromMs: 0, toMs: 1e9 };
const tick = (t: number, requests: number | null, failed: number | null = 0) => ({
  t,
  s: { requestsPerSecond: requests, failedPerSecond: failed },
});

function columns(ticks: readonly Tick[], range = all) {
  const shown = ticksShown(ticks, range);
  return chartColumns(
    requests,
    shown,
    shown.map(({ t }) => t / 1_000),
  );
}

test('there are six charts, and no series is drawn twice', () => {
  expect(charts).toHaveLength(6);
  const ids = charts.flatMap(({ series }) => series.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});

test('lines of one chart differ by more than their colour', () => {
  for (const { series } of charts) {
    const dashes = series.map(({ dash }) => dash.join());
    expect(new Set(dashes).size).toBe(dashes.length);
  }
});

test('a figure that was not measured is a gap, never a zero', () => {
  expect(columns([tick(1_000, 5), tick(2_000, null), tick(3_000, 7)])).toEqual([
    [1, 2, 3],
    [5, null, 7],
    [0, 0, 0],
  ]);
});

test('nothing is drawn over a stretch without ticks', () => {
  expect(columns([tick(1_000, 5), tick(9_000, 7)])).toEqual([
    [1, 2, 9],
    [5, null, 7],
    [0, null, 0],
  ]);
});

test('only what is between the two moments is drawn', () => {
  expect(columns([tick(1_000, 5), tick(2_000, 6), tick(3_000, 7)], { fromMs: 2_000, toMs: 2_500 })[0]).toEqual([2]);
});

test('the share of failures is made from both counts', () => {
  expect(figure(tick(0, 200, 3), 'failedPercent')).toBe(1.5);
  expect(figure(tick(0, 0, 0), 'failedPercent')).toBeNull();
  expect(hasFigures(errors, [tick(0, 0, 0)])).toBe(false);
});

test('figures and moments are told as people read them', () => {
  expect([0, 1.25, 99.96, 1234.5, null].map(figureText)).toEqual(['0', '1.3', '100.0', '1235', '–']);
  expect([0, 61, 3_600].map(momentText)).toEqual(['0:00', '1:01', '60:00']);
  const shown = columns([tick(61_000, 150, null)]);
  expect(spokenMoment(rate, shown, 0)).toBe('At 1:01: all 150 /s, failed not measured');
  expect(spokenMoment(rate, shown, 5)).toBe('No figures yet');
});

test.each([
  ['ArrowLeft', 5, 4],
  ['ArrowRight', 5, 6],
  ['ArrowRight', 9, 9],
  ['ArrowLeft', 0, 0],
  ['Home', 5, 0],
  ['End', 5, 9],
  ['PageDown', 5, 0],
  ['PageUp', 5, 9],
  ['ArrowLeft', null, 8],
  ['ArrowLeft', 99, 8],
  ['Tab', 5, null],
  ['toString', 5, null],
])('the key %s takes the cursor from %s to %s', (key, from, to) => {
  expect(moveCursor(key, from, 10)).toBe(to);
});

test('without points no key does anything', () => {
  expect(moveCursor('Home', null, 0)).toBeNull();
});

test.each([
  [12.4, 2],
  [12.6, 3],
  [10, 0],
  [8.5, 0],
  [7, null],
  [15, 3],
  [16, null],
])('the point nearest to second %s is %s', (at, index) => {
  expect(nearestPoint([10, 11, 12, 13], at)).toBe(index);
  expect(nearestPoint([], at)).toBeNull();
});
