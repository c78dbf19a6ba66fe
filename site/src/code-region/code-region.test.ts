import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codePlaceOf, readCodeRegion } from './code-region.ts';

test('a fence names a file and a region of it, or the whole file', () => {
  expect(codePlaceOf('file=a/b.ts region=one')).toEqual({ file: 'a/b.ts', region: 'one' });
  expect(codePlaceOf('file=a/b.sql')).toEqual({ file: 'a/b.sql', region: null });
  expect(codePlaceOf('title="x"')).toBeNull();
  expect(codePlaceOf(null)).toBeNull();
});

test('a region without a file, and a path outside the repository, are refused', () => {
  expect(() => codePlaceOf('region=one')).toThrow('a region is one of a file');
  expect(() => codePlaceOf('file=../x.ts region=one')).toThrow('relative to the root');
  expect(() => codePlaceOf('file=/etc/hosts')).toThrow('relative to the root');
});

test('the code is that of the file; what is not there is named', async () => {
  const root = await mkdtemp(join(tmpdir(), 'brownout-region-'));
  try {
    await writeFile(join(root, 'a.ts'), 'x;\n  // #region one\n  y;\n  // #endregion one\n');
    expect(readCodeRegion(root, { file: 'a.ts', region: 'one' })).toBe('y;');
    expect(readCodeRegion(root, { file: 'a.ts', region: null })).toContain('x;');
    expect(() => readCodeRegion(root, { file: 'a.ts', region: 'two' })).toThrow('the region two of a.ts');
    expect(() => readCodeRegion(root, { file: 'b.ts', region: 'one' })).toThrow('the region one of b.ts');
  } finally {
    await rm(root, { recursive: true });
  }
});
