import { expect, test } from 'vitest';
import { fakeHandle } from '../../shared/testing/fake-handle.ts';
import { ageMsMax } from '../figures.ts';
import { leftAlone, leftAloneBegins } from './left-alone.ts';

const rows = Array.from({ length: 6 }, (_, index) => ({
  id: `book-${index}`,
  slug: 'shop-07',
  title: 'A',
  price_cents: 5,
}));

test('pages are made before the import, and nobody asks for one before its time is over', async () => {
  const { h, sent, queries, sleptMs } = fakeHandle({ rows, answer: () => ({ body: { priceCents: 5 } }) });
  expect((await leftAloneBegins.run(h)).reached).toBe(true);
  expect(queries.filter(({ sql }) => sql.startsWith('UPDATE books'))).toHaveLength(1);
  expect(sent.filter(({ view }) => view === 'before')).toHaveLength(6);
  expect((await leftAlone.run(h)).reached).toBe(true);
  expect(Math.max(...sleptMs)).toBeGreaterThan(ageMsMax);
  expect(sent.filter(({ view }) => view === 'before')).toHaveLength(6);
  expect(sent.filter(({ view }) => view === 'after')).toHaveLength(6);
});

test('without unread books nothing is known', async () => {
  expect((await leftAlone.run(fakeHandle({ rows: [] }).h)).reached).toBe(false);
});
