import { randomUUID } from 'node:crypto';
import type { KeyedRequest } from '../idempotency/idempotency-key.ts';
import { type OnceResult, once } from '../idempotency/once.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';
import { type BookRow, COLUMNS, toBook } from './book-repository.ts';
import { entityTag } from './entity-tag.ts';

export interface NewBook {
  readonly isbn: string;
  readonly title: string;
  readonly author: string;
  readonly description: string;
  readonly priceCents: number;
  readonly currency: string;
  readonly stock: number;
}

/** One book for each key, however often it is asked for. Throws ISBN_TAKEN, and what `once` throws. */
export type CreateBook = (context: TenantContext, request: KeyedRequest, book: NewBook) => Promise<OnceResult>;

// The constraint decides, not a look before: of two at once one is told. An error would cost the connection.
const INSERT = `
  INSERT INTO books (tenant_id, id, isbn, title, author_name, description, price_cents, currency, stock)
  VALUES (current_tenant_id(), $1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (tenant_id, isbn) DO NOTHING RETURNING ${COLUMNS}`;

/** Nothing of a book is cached before it is there, so a new one needs no care of the cache. */
export function createCreateBook(database: TenantDatabase): CreateBook {
  return (context, request, { isbn, title, author, description, priceCents, currency, stock }) =>
    database.write(context, (tx) =>
      once(tx, request, async () => {
        const values = [randomUUID(), isbn, title, author, description, priceCents, currency, stock];
        const [row] = await tx.query<BookRow>(INSERT, values);
        if (!row) throw new ProblemError('ISBN_TAKEN');
        const book = toBook(row);
        const headers = { location: `/v2/books/${book.id}`, etag: entityTag(book.version) };
        return { status: 201, headers, body: book };
      }),
    );
}
