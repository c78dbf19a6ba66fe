import { expect, test } from 'vitest';
import type { Book } from '../books/book.ts';
import { assertInStock, priceOrder } from './price-order.ts';

const book = (id: string, priceCents: number, { stock = 10, currency = 'EUR' } = {}) =>
  ({ id, title: `Title ${id}`, priceCents, stock, currency }) as Book;
const books = [book('b', 250), book('a', 999), book('c', 0, { stock: 0 })];

test('the total is that of all lines, in the order in which they were asked for', () => {
  const requested = [
    { bookId: 'a', quantity: 3 },
    { bookId: 'b', quantity: 2 },
  ];
  expect(priceOrder(requested, books.slice(0, 2))).toEqual({
    lines: [
      { bookId: 'a', title: 'Title a', quantity: 3, unitPriceCents: 999 },
      { bookId: 'b', title: 'Title b', quantity: 2, unitPriceCents: 250 },
    ],
    totalCents: 3 * 999 + 2 * 250,
    currency: 'EUR',
  });
});

test('the largest order is counted exactly', () => {
  const dear = Array.from({ length: 50 }, (_, n) => book(String(n), 2_147_483_647));
  const { totalCents } = priceOrder(
    dear.map(({ id }) => ({ bookId: id, quantity: 99 })),
    dear,
  );
  expect(BigInt(totalCents)).toBe(2_147_483_647n * 99n * 50n);
});

test('every book that does not exist is named', () => {
  const requested = ['x', 'a', 'y'].map((bookId) => ({ bookId, quantity: 1 }));
  const errors = [
    { field: 'lines.0.bookId', message: 'There is no book x.' },
    { field: 'lines.2.bookId', message: 'There is no book y.' },
  ];
  expect(() => priceOrder(requested, books)).toThrow(expect.objectContaining({ code: 'BOOK_UNKNOWN', errors }));
});

test('two currencies are not added up', () => {
  const mixed = [book('a', 1), book('b', 1, { currency: 'GBP' })];
  const requested = mixed.map(({ id }) => ({ bookId: id, quantity: 1 }));
  expect(() => priceOrder(requested, mixed)).toThrow(expect.objectContaining({ code: 'CURRENCY_MIXED' }));
});

test('the last copy is enough, and one less is not', () => {
  expect(() => assertInStock([{ bookId: 'a', quantity: 10 }], books)).not.toThrow();
  const errors = [
    { field: 'lines.0.quantity', message: '10 left of book a.' },
    { field: 'lines.1.quantity', message: '0 left of book c.' },
  ];
  const requested = [
    { bookId: 'a', quantity: 11 },
    { bookId: 'c', quantity: 1 },
  ];
  expect(() => assertInStock(requested, books)).toThrow(expect.objectContaining({ code: 'OUT_OF_STOCK', errors }));
});
