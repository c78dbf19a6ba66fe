import { expect, test, vi } from 'vitest';
import { UncertainCommitError } from '../platform/database-errors.ts';
import { ProblemError } from '../platform/problem.ts';
import type { Book } from './book.ts';
import type { BookCache } from './book-cache.ts';
import type { BookRepository } from './book-repository.ts';
import { createChangeStock } from './change-stock.ts';

const context = { tenantId: 'tenant', requestId: 'request', usage: { queries: 0 } };
const log = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} };
const books = ['a', 'b', 'c'].map((id) => ({ id, version: 2 }) as Book);

function setUp({ away = '', write = async () => ({ result: 'order', books }) } = {}) {
  const steps: string[] = [];
  const step = (name: string) => async (_context: unknown, bookId: string) => {
    steps.push(`${name} ${bookId}`);
    if (`${name} ${bookId}` === away) throw new Error('connection refused');
    return `writer of ${bookId}`;
  };
  const cache = { block: step('block'), unblock: step('unblock') } as unknown as BookCache;
  const changeStock = createChangeStock({ cache, books: {} as BookRepository, log });
  const writing = vi.fn(() => {
    steps.push('write');
    return write();
  });
  return { steps, run: () => changeStock(context, ['a', 'b', 'c'], writing) };
}

const BEFORE = ['block a', 'block b', 'block c', 'write'];

test('one write is enclosed by the blocks of all its books', async () => {
  const { steps, run } = setUp();
  expect(await run()).toBe('order');
  expect(steps).toEqual([...BEFORE, 'unblock c', 'unblock b', 'unblock a']);
});

test('nothing is written when one of the books cannot be blocked, and the others are released', async () => {
  const { steps, run } = setUp({ away: 'block b' });
  await expect(run()).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE' });
  expect(steps).toEqual(['block a', 'block b', 'unblock a']);
});

test('a write that is refused releases all books, and its reason is passed on', async () => {
  const { steps, run } = setUp({ write: () => Promise.reject(new ProblemError('OUT_OF_STOCK')) });
  await expect(run()).rejects.toMatchObject({ code: 'OUT_OF_STOCK' });
  expect(steps).toEqual([...BEFORE, 'unblock c', 'unblock b', 'unblock a']);
});

test('while a commit is uncertain all books stay blocked', async () => {
  const { steps, run } = setUp({ write: () => Promise.reject(new UncertainCommitError()) });
  await expect(run()).rejects.toThrow(UncertainCommitError);
  expect(steps).toEqual(BEFORE);
});

test('a book that could not be unblocked makes the outcome unknown', async () => {
  const { run } = setUp({ away: 'unblock b' });
  await expect(run()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
});
