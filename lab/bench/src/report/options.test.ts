import { UsageError } from '@lab/sdk';
import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';
import { rowIds } from './rows.ts';

test('without options every row is measured but the loud one', () => {
  const { wanted, json, out } = parseOptions([]);
  expect([...wanted]).toEqual(rowIds.filter((row) => row !== 'check'));
  expect({ json, out }).toEqual({ json: false, out: null });
});

test('--all takes in the loud row, --only names rows', () => {
  expect(parseOptions(['--all']).wanted.has('check')).toBe(true);
  expect([...parseOptions(['--only', 'check, floor', '--json', '--out', 'x.json']).wanted]).toEqual(['check', 'floor']);
});

test.each([
  [['--only', 'floor,flour'], 'There is no row "flour".'],
  [['--only', ''], 'There is no row "".'],
  [['--all', '--only', 'floor'], '--all and --only do not go together.'],
  [['--fast'], "Unknown option '--fast'"],
  [['floor'], "Unexpected argument 'floor'"],
])('%j is refused', (argv, message) => {
  const parsing = (): unknown => parseOptions(argv);
  expect(parsing).toThrow(UsageError);
  expect(parsing).toThrow(message);
});
