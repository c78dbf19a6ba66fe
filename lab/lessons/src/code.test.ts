import { expect, test } from 'vitest';
import { codeFencesOf, fillCode, regionOf } from './code.ts';

const file = `import { a } from 'a';

/** Sells tea. */
export async function sell(
  cups: number,
): Promise<void> {
  if (cups > 0) {
    await pour();
  }
}

// As it is asked.
const ASK = \`
  SELECT tea
  FROM shop\`;

export interface Shop {
  open(): void;
}

export function createShop() {
  return {
    async open(at) {
      // #region unlock
      const key = find(at);
      // #endregion unlock
      turn(key);
    },
  };
}
`;

test('a region is what stands between its marks, moved to the left', () => {
  expect(regionOf(file, 'unlock')).toBe('const key = find(at);');
});

test('SQL has marks of its own kind', () => {
  expect(regionOf('-- #region one\nSELECT 1;\n-- #endregion one\n', 'one')).toBe('SELECT 1;');
});

test('without marks a region is the declaration of that name, with its comment', () => {
  expect(regionOf(file, 'sell').split('\n')).toEqual([
    '/** Sells tea. */',
    'export async function sell(',
    '  cups: number,',
    '): Promise<void> {',
    '  if (cups > 0) {',
    '    await pour();',
    '  }',
    '}',
  ]);
  expect(regionOf(file, 'ASK')).toBe('// As it is asked.\nconst ASK = `\n  SELECT tea\n  FROM shop`;');
  expect(regionOf(file, 'Shop')).toBe('export interface Shop {\n  open(): void;\n}');
});

test('marks of other regions are not shown', () => {
  expect(regionOf(file, 'createShop')).not.toContain('#region');
});

test('what is not there, or begins and does not end, is an error', () => {
  expect(() => regionOf(file, 'coffee')).toThrow('There is no region coffee, and no declaration of that name.');
  expect(() => regionOf('// #region tea\nx;\n', 'tea')).toThrow('has not one beginning and one end');
});

test('a fence is given the code of its file', () => {
  const lesson = 'Look:\n\n```ts file=shop.ts region=unlock\n```\n\nSeen?\n';
  expect(codeFencesOf(lesson)).toEqual([{ language: 'ts', file: 'shop.ts', region: 'unlock', body: '' }]);
  expect(fillCode(lesson, () => file)).toBe('Look:\n\n```ts title="shop.ts"\nconst key = find(at);\n```\n\nSeen?\n');
});
