import { expect, test } from 'vitest';
import type { UploadStatus } from './upload.ts';
import { isSettled, predecessorsOf } from './upload-state.ts';

test('nothing becomes ready but what was being scanned', () => {
  expect(predecessorsOf('ready')).toEqual(['scanning']);
  expect(predecessorsOf('rejected')).toEqual(['scanning']);
});

test('a confirmation is taken once, and only of what is pending', () => {
  expect(predecessorsOf('uploaded')).toEqual(['pending']);
});

test('an end is an end, but what was ready can be lost', () => {
  const all: readonly UploadStatus[] = ['pending', 'uploaded', 'scanning', 'ready', 'rejected', 'failed'];
  const successorsOf = (status: UploadStatus) => all.filter((next) => predecessorsOf(next).includes(status));
  expect(successorsOf('rejected')).toEqual([]);
  expect(successorsOf('failed')).toEqual([]);
  expect(successorsOf('ready')).toEqual(['failed']);
  expect(all.filter(isSettled)).toEqual(['ready', 'rejected', 'failed']);
});
