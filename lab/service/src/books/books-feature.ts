import type { RequestHandler, Router } from 'express';
import type { Redis } from 'ioredis';
import { createLoadCap } from '../cache/loads/load-cap.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';
import type { ShownChanges } from '../storefront/shown-changes.ts';
import { createBookCache } from './book-cache.ts';
import { createBookRepository } from './book-repository.ts';
import { bookRoutes } from './book-routes.ts';
import { createChangePrices } from './change-prices.ts';
import { type ChangeStock, createChangeStock } from './change-stock.ts';
import { createCreateBook } from './create-book.ts';
import { createListBooks } from './list-books.ts';
import { createReadBook } from './read-book.ts';
import { createSharedLoads } from './shared-loads.ts';
import { createUpdateBook } from './update-book.ts';

interface BooksFeatureParts {
  readonly database: TenantDatabase;
  readonly redis: Redis;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly authenticate: RequestHandler;
  readonly cacheTtlSeconds: number;
  /** Loads of single books that this process may have under way for readers. */
  readonly loadsMax: number;
  /** Encloses what the public is shown; undefined where there is no storefront. */
  readonly shownChanges?: ShownChanges | undefined;
}

export function createBooksFeature(parts: BooksFeatureParts): {
  readonly routes: Router;
  /** For features whose changes sell copies or bring them back. */
  readonly changeStock: ChangeStock;
} {
  const { database, redis, metrics, log, authenticate, cacheTtlSeconds: ttlSeconds, loadsMax, shownChanges } = parts;
  const books = createBookRepository(database);
  const cache = createBookCache({ redis, metrics, log, ttlSeconds });
  const shared = createSharedLoads({ books, loads: createLoadCap({ loadsMax }) });
  const changeStock = createChangeStock({ cache, books, log });
  const createBook = createCreateBook(database);
  const updateBook = createUpdateBook({ cache, books, log });
  const changePrices = createChangePrices({ database, changeStock });
  const routes = bookRoutes({
    authenticate,
    listBooks: createListBooks({ books }),
    readBook: createReadBook({ cache, books: shared, log }),
    createBook: shownChanges?.create(createBook) ?? createBook,
    updateBook: shownChanges?.update(updateBook) ?? updateBook,
    changePrices: shownChanges?.changePrices(changePrices) ?? changePrices,
  });
  return { routes, changeStock };
}
