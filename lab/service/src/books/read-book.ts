import { setTimeout as sleep } from 'node:timers/promises';
import { createSingleFlight } from '../cache/loads/single-flight.ts';
import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';
import type { BookCache, Lookup } from './book-cache.ts';
import type { BookRepository } from './book-repository.ts';

/** Throws NOT_FOUND. */
export type ReadBook = (context: TenantContext, bookId: string) => Promise<Book>;

interface ReadBookParts {
  readonly cache: BookCache;
  readonly books: BookRepository;
  readonly log: Log;
}

/** To look whether another replica has filled the cache. Changes in a row could make a reader wait for ever. */
const POLL_MS = 20;
const POLLS_MAX = 20;

/**
 * Reads through the cache. A cache that fails makes a read slower, never wrong and never impossible. Of those who miss
 * together, on all replicas, one loads.
 */
export function createReadBook({ cache, books, log }: ReadBookParts): ReadBook {
  const flights = createSingleFlight<Book>();

  return async (context, bookId) => {
    const found = await lookUp(context, bookId);
    if (found.state === 'hit') return found.book;
    if (found.state === 'blocked') return await load(context, bookId);
    // A change voids the lease. Who finds this one asks after no change that is younger, so may share what it loads.
    return await flights.join(`${context.tenantId} ${bookId} ${found.lease}`, () => loadOnce(context, bookId, found));
  };

  async function loadOnce(context: TenantContext, bookId: string, first: Lookup): Promise<Book> {
    let found = first;
    for (let polls = 0; found.state === 'wait' && polls < POLLS_MAX; polls += 1) {
      await sleep(POLL_MS);
      found = await lookUp(context, bookId);
    }
    if (found.state === 'hit') return found.book;
    // The lease was taken before this read: a change made since then voids it, and the fill below has no effect.
    const book = await load(context, bookId);
    if (found.state !== 'blocked') await fill(context, found.lease, book);
    return book;
  }

  async function load(context: TenantContext, bookId: string): Promise<Book> {
    const book = await books.findById(context, bookId);
    if (!book) throw new ProblemError('NOT_FOUND');
    return book;
  }

  async function lookUp(context: TenantContext, bookId: string): Promise<Lookup> {
    try {
      return await cache.lookup(context, bookId);
    } catch (error) {
      log.debug({ err: error, requestId: context.requestId }, 'book read without the cache');
      return { state: 'blocked' };
    }
  }

  async function fill(context: TenantContext, lease: string, book: Book): Promise<void> {
    try {
      await cache.fill(context, lease, book);
    } catch (error) {
      // The caller has its book. The next reader fills the cache.
      log.debug({ err: error, requestId: context.requestId }, 'book not cached');
    }
  }
}
