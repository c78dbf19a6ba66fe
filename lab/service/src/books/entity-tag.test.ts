import { expect, test } from 'vitest';
import { entityTag, expectedVersion, namesVersion } from './entity-tag.ts';

test.each([
  ['"3"', true],
  ['W/"3"', true],
  ['"1", "3"', true],
  ['*', true],
  ['"4"', false],
  ['3', false],
  [undefined, false],
])('If-None-Match %s names version 3: %s', (header, expected) => {
  expect(namesVersion(header, 3)).toBe(expected);
});

test('If-Match gives the version that its tag was made from', () => {
  expect(expectedVersion(entityTag(12))).toBe(12);
  expect(expectedVersion(undefined)).toBeUndefined();
  expect(expectedVersion('*')).toBeUndefined();
});

test.each(['W/"3"', '"abc"', '3', '"1", "2"', ''])('If-Match %s can match no version', (header) => {
  expect(() => expectedVersion(header)).toThrow(expect.objectContaining({ code: 'VERSION_CONFLICT' }));
});
