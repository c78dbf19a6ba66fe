import { expect, test } from 'vitest';
import { requestHash } from './request-hash.ts';

const a = { bookId: 'a', quantity: 1 };
const b = { bookId: 'b', quantity: 1 };

test('the same lines in another order are the same request', () => {
  expect(requestHash([a, b])).toBe(requestHash([b, a]));
});

test.each([
  ['another quantity', [a, { ...b, quantity: 2 }]],
  ['another book', [a, { ...b, bookId: 'c' }]],
  ['a line less', [a]],
  ['quantities exchanged', [{ ...a, quantity: 2 }, b]],
])('%s is another request', (_name, lines) => {
  expect(requestHash(lines)).not.toBe(requestHash([a, b]));
});

test('quantities are not exchanged between lines', () => {
  const one = requestHash([a, { ...b, quantity: 2 }]);
  expect(one).not.toBe(requestHash([{ ...a, quantity: 2 }, b]));
});
