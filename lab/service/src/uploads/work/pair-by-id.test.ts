import { expect, test } from 'vitest';
import { pairById } from './pair-by-id.ts';

async function* of(...ids: readonly string[]) {
  for (const uploadId of ids) yield { uploadId };
}

async function pairs(left: readonly string[], right: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const { uploadId, left: l, right: r } of pairById(of(...left), of(...right))) {
    found.push(`${uploadId}${l ? 'L' : ''}${r ? 'R' : ''}`);
  }
  return found;
}

test('what is in both lists is a pair, and nothing is left out', async () => {
  expect(await pairs(['a', 'b', 'd'], ['b', 'c', 'd', 'e'])).toEqual(['aL', 'bLR', 'cR', 'dLR', 'eR']);
});

test.each([
  [[], [], []],
  [['a'], [], ['aL']],
  [[], ['a'], ['aR']],
])('%j beside %j', async (left, right, expected) => {
  expect(await pairs(left, right)).toEqual(expected);
});
