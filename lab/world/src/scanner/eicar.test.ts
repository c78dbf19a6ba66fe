import { expect, test } from 'vitest';
import { createEicarFinder, eicar } from './eicar.ts';

const bytes = Buffer.from(`${'a'.repeat(500)}${eicar}${'b'.repeat(500)}`, 'latin1');

function findIn(chunks: readonly Uint8Array[]): boolean {
  const finder = createEicarFinder();
  for (const chunk of chunks) finder.push(chunk);
  return finder.isFound();
}

test('it has the length that EICAR gives it', () => {
  expect(eicar).toHaveLength(68);
});

test('it is found wherever a border cuts it', () => {
  for (let at = 490; at <= 580; at += 1) expect(findIn([bytes.subarray(0, at), bytes.subarray(at)])).toBe(true);
});

test('it is found in chunks of one byte', () => {
  expect(findIn(Array.from(bytes, (_, index) => bytes.subarray(index, index + 1)))).toBe(true);
});

test('nothing is found where a byte of it is missing', () => {
  const hole = Buffer.concat([bytes.subarray(0, 520), bytes.subarray(521)]);
  expect(findIn([hole])).toBe(false);
  expect(findIn([])).toBe(false);
});
