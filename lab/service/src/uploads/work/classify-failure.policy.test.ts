import { expect, test } from 'vitest';
import { UncertainCommitError } from '../../platform/database-errors.ts';
import { ProblemError } from '../../platform/problem.ts';
import { ImageProcessError } from '../content/inspect-image.ts';
import { ScanBrokenError, ScannerError } from '../scan/scanner.ts';
import { storeUnavailable } from '../store/store-errors.ts';
import { classifyFailure } from './classify-failure.ts';

test.each([
  new ScannerError('silent'),
  storeUnavailable(new Error('refused')),
  new UncertainCommitError(),
  new ProblemError('DATABASE_UNAVAILABLE'),
])('%s says nothing about the file', (error) => {
  expect(classifyFailure(error)).toBe('outage');
});

test.each([
  new ScanBrokenError('hung up'),
  new ImageProcessError('was ended by SIGKILL'),
  new ProblemError('NOT_FOUND'),
  new Error('a bug'),
  'no error at all',
])('%s counts', (error) => {
  expect(classifyFailure(error)).toBe('counts');
});
