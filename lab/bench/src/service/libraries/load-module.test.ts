import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { exported, importLibrary, importService } from './load-module.ts';

const serviceDir = resolve(import.meta.dirname, '..', '..', '..', '..', 'service');

test('a library that is not installed is named, with the way to get it', async () => {
  await expect(importLibrary('no-such-library-here')).rejects.toMatchObject({
    message: expect.stringContaining('no-such-library-here is not installed'),
    hint: expect.stringContaining('npm install'),
  });
});

test('a library that is there comes as it is', async () => {
  expect(exported(await importLibrary('node:path'), 'join')).toBeTypeOf('function');
});

test('an export that is gone is named', () => {
  expect(() => exported({}, 'createLimitStore')).toThrow('There is no function createLimitStore');
});

test('what the races use of ShelfWise is there', async () => {
  for (const [path, name] of [
    ['platform/redis.ts', 'createCacheClient'],
    ['platform/metrics.ts', 'createMetrics'],
    ['limits/store/limit-store.ts', 'createLimitStore'],
    ['books/book-cache.ts', 'createBookCache'],
    ['jobs/job-queue.ts', 'createJobQueue'],
    ['jobs/job-worker.ts', 'startJobWorker'],
    ['jobs/job-metrics.ts', 'createJobMetrics'],
  ] as const) {
    expect(exported(await importService(serviceDir, path), name)).toBeTypeOf('function');
  }
});
