import { expect, test } from 'vitest';
import { diffLines } from './diff-section.ts';

test('lines are told apart, and names of files are no changes', () => {
  const kinds = diffLines('--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-old\n+new\n same\n').map(({ kind }) => kind);
  expect(kinds).toEqual(['span', 'span', 'span', 'del', 'ins', 'span']);
});
