import type { Book } from '../books/book.ts';
import { ProblemError } from '../platform/problem.ts';
import type { LineRequest, OrderLine } from './order.ts';

export interface PricedOrder {
  readonly lines: readonly OrderLine[];
  readonly totalCents: number;
  readonly currency: string;
}

/** Throws BOOK_UNKNOWN or CURRENCY_MIXED. */
export function priceOrder(requested: readonly LineRequest[], books: readonly Book[]): PricedOrder {
  const byId = new Map(books.map((book) => [book.id, book]));
  const unknown = requested.flatMap(({ bookId }, index) =>
    byId.has(bookId) ? [] : [{ field: `lines.${index}.bookId`, message: `There is no book ${bookId}.` }],
  );
  if (unknown.length > 0) throw new ProblemError('BOOK_UNKNOWN', { errors: unknown });
  const [currency = '', ...others] = new Set(books.map((book) => book.currency));
  if (others.length > 0) throw new ProblemError('CURRENCY_MIXED');
  const lines = requested.flatMap(({ bookId, quantity }) => {
    const book = byId.get(bookId);
    return book ? [{ bookId, title: book.title, quantity, unitPriceCents: book.priceCents }] : [];
  });
  const totalCents = lines.reduce((total, { unitPriceCents }) => total + unitPriceCents, 0);
  return { lines, totalCents, currency };
}

/** Throws OUT_OF_STOCK, which names every book that is short. */
export function assertInStock(requested: readonly LineRequest[], books: readonly Book[]): void {
  const short = requested.flatMap(({ bookId, quantity }, index) => {
    const stock = books.find(({ id }) => id === bookId)?.stock ?? 0;
    return stock < quantity ? [{ field: `lines.${index}.quantity`, message: `${stock} left of book ${bookId}.` }] : [];
  });
  if (short.length > 0) throw new ProblemError('OUT_OF_STOCK', { errors: short });
}
