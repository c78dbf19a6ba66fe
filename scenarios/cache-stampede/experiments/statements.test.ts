import { expect, test } from 'vitest';
import { fakeHandle } from '../../shared/testing/fake-handle.ts';
import { callsBetween, countStatements, kindsBetween } from './statements.ts';

test('what others cause meanwhile is not counted', async () => {
  const { h } = fakeHandle({
    rows: [
      { kind: '1', calls: '12' },
      { kind: '2', calls: '7' },
    ],
  });
  const before = await countStatements(h);
  const lone = new Map([...before, ['1', 13]]);
  const kinds = kindsBetween(before, lone);
  expect(kinds).toEqual(new Set(['1']));
  expect(callsBetween(before, lone, kinds)).toBe(1);
  expect(
    callsBetween(
      lone,
      new Map([
        ['1', 16],
        ['2', 99],
        ['3', 5],
      ]),
      kinds,
    ),
  ).toBe(3);
});

test('a statement that was never seen before counts from nothing', () => {
  const kinds = kindsBetween(new Map(), new Map([['1', 2]]));
  expect(callsBetween(new Map(), new Map([['1', 2]]), kinds)).toBe(2);
});
