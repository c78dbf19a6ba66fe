import type { TenantContext } from '../platform/request-context.ts';
import type { BookSummary } from './book.ts';
import type { BookRepository } from './book-repository.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

export interface ListRequest {
  readonly search?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface BookPage {
  readonly items: readonly BookSummary[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

export type ListBooks = (context: TenantContext, request: ListRequest) => Promise<BookPage>;

export function createListBooks({ books }: { books: BookRepository }): ListBooks {
  return async (context, { search, limit, cursor }) => {
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    // One more than asked for tells whether there is a next page.
    const found = await books.list(context, { search, limit: limit + 1, after });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: last && found.length > limit ? encodeCursor(last) : null };
  };
}
