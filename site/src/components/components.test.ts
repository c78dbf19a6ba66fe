import { expect, test } from 'vitest';
import { textPieces } from './code-text.ts';
import { cellWords } from './matrix-cell.ts';
import { wavePath } from './wave.ts';

test('code stands between backquotes', () => {
  expect(textPieces('Read `a.ts`, then ` b')).toEqual([
    { text: 'Read ', isCode: false },
    { text: 'a.ts', isCode: true },
    { text: ', then ` b', isCode: false },
  ]);
});

test('a cell says what its mark shows', () => {
  const runs = 20;
  expect(cellWords({ claims: true, failed: 20, decided: 20 }, runs)).toEqual({
    mark: 'claimed',
    says: '20 of 20 failed, as claimed',
  });
  expect(cellWords({ claims: false, failed: 20, decided: 20 }, runs).mark).toBe('beside');
  expect(cellWords({ claims: false, failed: 0, decided: 20 }, runs)).toEqual({ mark: 'passed', says: 'passed' });
  expect(cellWords({ claims: true, failed: 0, decided: 0 }, 0).mark).toBe('unknown');
  expect(cellWords({ claims: false, failed: 0, decided: 0 }, runs)).toEqual({ mark: 'none', says: 'not asked' });
});

test('the wave sags where it is told to', () => {
  const path = wavePath({ width: 100, height: 40, periods: 10, sag: { from: 0.4, to: 0.6, depth: 0.2 } });
  const points = path
    .slice(1)
    .split('L')
    .map((point) => point.split(' ').map(Number));
  const highest = (from: number, to: number) =>
    Math.max(...points.filter(([x = 0]) => x >= from && x <= to).map(([, y = 0]) => Math.abs(y - 20)));
  expect(highest(0, 35)).toBeCloseTo(18, 0);
  expect(highest(46, 58)).toBeCloseTo(3.6, 0);
  expect(highest(70, 100)).toBeCloseTo(18, 0);
});
