import { expect, test } from 'vitest';
import { blobId, treeHash } from './hashes.ts';

test('blob ids are the ones git computes', () => {
  // `git hash-object` of an empty file, and of "hello\n".
  expect(blobId(Buffer.alloc(0))).toBe('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391');
  expect(blobId(Buffer.from('hello\n'))).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
});

test('the tree hash depends on names and contents, not on order', () => {
  const [a, b] = [Buffer.from('a'), Buffer.from('b')];
  const hash = treeHash(
    new Map([
      ['x', a],
      ['y', b],
    ]),
  );
  expect(
    treeHash(
      new Map([
        ['y', b],
        ['x', a],
      ]),
    ),
  ).toBe(hash);
  expect(
    treeHash(
      new Map([
        ['x', b],
        ['y', a],
      ]),
    ),
  ).not.toBe(hash);
  expect(
    treeHash(
      new Map([
        ['x', Buffer.from('ay')],
        ['', b],
      ]),
    ),
  ).not.toBe(hash);
});
