import { expect, test } from 'vitest';
import { chooseLines } from './choose-samples.ts';

const series = (name: string, count: number) =>
  Array.from({ length: count }, (_item, index) => ({ atMs: count - index, series: name, value: index }));

test('a series of one sample makes no line', () => {
  expect(chooseLines(series('load.requests', 1))).toEqual({ lines: [], leftOut: 0 });
});

test('lines run in order of time, and long ones are thinned', () => {
  const [line] = chooseLines(series('load.requests', 1_000)).lines;
  expect(line?.points).toHaveLength(150);
  expect(line?.points.every(({ atMs }, index, points) => index === 0 || atMs > (points[index - 1]?.atMs ?? 0))).toBe(
    true,
  );
});

test('of many series latency and requests are drawn first, and the rest is counted', () => {
  const names = Array.from({ length: 14 }, (_item, index) => `database.figure_${index}`);
  const { lines, leftOut } = chooseLines(
    [...names, 'load.requests', 'load.latency_p95_ms'].flatMap((name) => series(name, 2)),
  );
  expect(lines.slice(0, 2).map(({ name }) => name)).toEqual(['load.latency_p95_ms', 'load.requests']);
  expect([lines.length, leftOut]).toEqual([12, 4]);
});

test('samples with other labels are other series', () => {
  const at = { atMs: 1, series: 'load.requests', value: 1 };
  expect(
    chooseLines([
      { ...at, labels: { name: 'a' } },
      { ...at, labels: { name: 'b' } },
    ]).lines,
  ).toEqual([]);
});
