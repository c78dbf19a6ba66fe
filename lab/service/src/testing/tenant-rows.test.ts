import { expect, test } from 'vitest';
import { wordsIn, wordsOfOne } from './tenant-rows.ts';

test('words are found in fields and in fields of fields, and short ones are left out', () => {
  const rows = {
    books: [{ title: 'A long title', currency: 'EUR', price: 100 }],
    events: [{ payload: { id: 'order-12' } }],
  };
  expect([...wordsIn(rows)]).toEqual(['A long title', 'order-12']);
});

test('what both tenants have says nothing about either', () => {
  const theirs = { orders: [{ kind: 'order.placed', id: 'their-order' }] };
  expect(wordsOfOne(theirs, { orders: [{ kind: 'order.placed', id: 'my-own-order' }] })).toEqual(['their-order']);
});

test('no rows have no words', () => {
  expect(wordsOfOne({ orders: [] }, {})).toEqual([]);
});
