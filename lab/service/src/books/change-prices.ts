import type { KeyedRequest } from '../idempotency/idempotency-key.ts';
import { type OnceResult, once } from '../idempotency/once.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { TenantDatabase, Transaction } from '../platform/tenant-transaction.ts';
import type { Book } from './book.ts';
import { type BookRow, COLUMNS, toBook } from './book-repository.ts';
import type { ChangeStock } from './change-stock.ts';
import { lockBooks } from './stock.ts';

export interface PriceChange {
  readonly bookId: string;
  readonly priceCents: number;
  /** When given, the book has to be of this version. */
  readonly version?: number | undefined;
}

/** All changes or none, once for each key. Throws BOOK_UNKNOWN, VERSION_CONFLICT, and what ChangeStock and `once` throw. */
export type ChangePrices = (
  context: TenantContext,
  request: KeyedRequest,
  changes: readonly PriceChange[],
) => Promise<OnceResult>;

interface ChangePricesParts {
  readonly database: TenantDatabase;
  /** The cache policy for several books; a price has to be as true as a stock. */
  readonly changeStock: ChangeStock;
}

const CHANGE = `
  UPDATE books SET price_cents = change.cents, version = version + 1, updated_at = now()
  FROM unnest($1::uuid[], $2::integer[]) AS change (book_id, cents)
  WHERE id = change.book_id RETURNING ${COLUMNS}`;

/** One statement for all books: a hundred need no more round trips than one, and hold their locks no longer. */
export function createChangePrices({ database, changeStock }: ChangePricesParts): ChangePrices {
  return async (context, request, changes) => {
    const bookIds = changes.map(({ bookId }) => bookId);
    return await changeStock(context, bookIds, () => database.write(context, (tx) => change(tx, request, changes)));
  };
}

async function change(tx: Transaction, request: KeyedRequest, changes: readonly PriceChange[]) {
  const bookIds = changes.map(({ bookId }) => bookId);
  let books = await lockBooks(tx, bookIds);
  assertKnown(changes, books);
  const result = await once(tx, request, async () => {
    // Asked behind the key: the first request has changed the versions that a repeated one still names.
    assertVersions(changes, books);
    const values = [bookIds, changes.map(({ priceCents }) => priceCents)];
    books = (await tx.query<BookRow>(CHANGE, values)).map(toBook);
    return { status: 200, headers: {}, body: { books: books.map(summaryOf) } };
  });
  return { result, books };
}

function assertKnown(changes: readonly PriceChange[], books: readonly Book[]): void {
  const known = new Set(books.map(({ id }) => id));
  const errors = changes.flatMap(({ bookId }, index) =>
    known.has(bookId) ? [] : [{ field: `changes.${index}.bookId`, message: `There is no book ${bookId}.` }],
  );
  if (errors.length > 0) throw new ProblemError('BOOK_UNKNOWN', { errors });
}

function assertVersions(changes: readonly PriceChange[], books: readonly Book[]): void {
  const versions = new Map(books.map(({ id, version }) => [id, version]));
  const errors = changes.flatMap(({ bookId, version }, index) => {
    const found = versions.get(bookId);
    if (version === undefined || version === found) return [];
    return [{ field: `changes.${index}.version`, message: `Book ${bookId} is of version ${found}.` }];
  });
  if (errors.length > 0) throw new ProblemError('VERSION_CONFLICT', { errors });
}

function summaryOf({ id, priceCents, currency, version }: Book) {
  return { id, priceCents, currency, version };
}
