import { expect, test } from 'vitest';
import { decodeTimeCursor, toTimePage } from './time-cursor.ts';

const items = [1, 2, 3].map((n) => ({
  id: `00000000-0000-4000-8000-00000000000${n}`,
  createdAt: `2026-11-21T09:00:0${n}.123Z`,
}));

test('a full page carries the place of its last item, which survives its way through a URL', () => {
  const page = toTimePage(items, 2);
  expect(page.items).toEqual(items.slice(0, 2));
  expect(encodeURIComponent(page.nextCursor ?? '')).toBe(page.nextCursor);
  expect(decodeTimeCursor(page.nextCursor ?? '')).toEqual(items[1]);
});

test.each([0, 2, 3])('a list of %i items fits on a page of three, which is the last', (count) => {
  expect(toTimePage(items.slice(0, count), 3)).toEqual({ items: items.slice(0, count), nextCursor: null });
});

test('without a cursor the list begins at its newest', () => {
  expect(decodeTimeCursor(undefined)).toBeUndefined();
});

test.each(['', '!', 'W10', Buffer.from('["yesterday","b"]').toString('base64url')])(
  'the cursor %j is refused',
  (cursor) => {
    expect(() => decodeTimeCursor(cursor)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
  },
);
