import type { Transaction } from '../platform/tenant-transaction.ts';
import type { Book } from './book.ts';
import { type BookRow, COLUMNS, toBook } from './book-repository.ts';

export interface StockMove {
  readonly bookId: string;
  /** Copies that come in; negative for those that go out. */
  readonly by: number;
}

// Always in the order of ids: two transactions that lock the same books wait for each other, never in a circle.
const LOCK = `SELECT ${COLUMNS} FROM books WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
const MOVE = `
  UPDATE books SET stock = stock + move.copies, version = version + 1, updated_at = now()
  FROM unnest($1::uuid[], $2::integer[]) AS move (book_id, copies)
  WHERE id = move.book_id RETURNING ${COLUMNS}`;

/** Books as they stay until the transaction ends, but for its own changes. Those that do not exist are left out. */
export async function lockBooks(tx: Transaction, bookIds: readonly string[]): Promise<readonly Book[]> {
  return (await tx.query<BookRow>(LOCK, [bookIds])).map(toBook);
}

/** Of books that the transaction has locked. A table constraint keeps stock from falling below zero. */
export async function moveStock(tx: Transaction, moves: readonly StockMove[]): Promise<readonly Book[]> {
  const values = [moves.map(({ bookId }) => bookId), moves.map(({ by }) => by)];
  return (await tx.query<BookRow>(MOVE, values)).map(toBook);
}
