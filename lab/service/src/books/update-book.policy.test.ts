import { expect, test, vi } from 'vitest';
import { UncertainCommitError } from '../platform/database-errors.ts';
import { ProblemError } from '../platform/problem.ts';
import type { Book } from './book.ts';
import type { BookCache } from './book-cache.ts';
import type { BookRepository } from './book-repository.ts';
import { createUpdateBook } from './update-book.ts';

const context = { tenantId: 'tenant', requestId: 'request', usage: { queries: 0 } };
const log = { debug() {}, info() {}, warn: vi.fn(), error() {}, fatal() {} };
const book = { id: 'book', version: 2 } as Book;
const away = () => Promise.reject(new Error('connection refused'));

function setUp({ block = async () => 'writer', unblock = async () => {}, update = async () => book } = {}) {
  const steps: string[] = [];
  const traced = <T>(name: string, run: () => Promise<T>) =>
    vi.fn(() => {
      steps.push(name);
      return run();
    });
  const cache = { block: traced('block', block), unblock: traced('unblock', unblock) } as unknown as BookCache;
  const books = { update: traced('update', update) } as unknown as BookRepository;
  const updateBook = createUpdateBook({ cache, books, log });
  return { steps, run: () => updateBook(context, 'book', { changes: { stock: 1 } }) };
}

test('a change is enclosed by block and unblock', async () => {
  const { steps, run } = setUp();
  await expect(run()).resolves.toBe(book);
  expect(steps).toEqual(['block', 'update', 'unblock']);
});

test('nothing is written when the book cannot be blocked', async () => {
  const { steps, run } = setUp({ block: away });
  await expect(run()).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE', status: 503, retryAfterSeconds: 1 });
  expect(steps).toEqual(['block']);
});

test('a change that was refused is unblocked and its reason passed on', async () => {
  const { steps, run } = setUp({ update: () => Promise.reject(new ProblemError('VERSION_CONFLICT')) });
  await expect(run()).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
  expect(steps).toEqual(['block', 'update', 'unblock']);
});

test('the reason of a refused change is passed on although the unblock fails too', async () => {
  const { run } = setUp({ update: () => Promise.reject(new ProblemError('NOT_FOUND')), unblock: away });
  await expect(run()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(log.warn).toHaveBeenCalled();
});

test('a book whose commit is uncertain stays blocked', async () => {
  const { steps, run } = setUp({ update: () => Promise.reject(new UncertainCommitError()) });
  await expect(run()).rejects.toThrow(UncertainCommitError);
  expect(steps).toEqual(['block', 'update']);
});

test('an unblock that fails once is repeated', async () => {
  const unblock = vi.fn(async () => {}).mockRejectedValueOnce(new Error('connection lost'));
  const { run } = setUp({ unblock });
  await expect(run()).resolves.toBe(book);
  expect(unblock).toHaveBeenCalledTimes(2);
});

test('a change that could not be unblocked is no success', async () => {
  const { steps, run } = setUp({ unblock: away });
  await expect(run()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', status: 503 });
  expect(steps).toEqual(['block', 'update', 'unblock', 'unblock']);
});
