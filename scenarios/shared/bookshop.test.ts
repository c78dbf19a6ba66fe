import type { Operation } from '@lab/sdk';
import { describe, expect, test } from 'vitest';
import {
  type ColdBook,
  createBookshop,
  putInDemand,
  readAround,
  settlePrice,
  toBook,
  waitForShortLivedKeys,
} from './bookshop.ts';
import { type Answer, type Fake, fakeHandle } from './testing/fake-handle.ts';

const book: ColdBook = { id: 'book-1', tenant: 'shop-07', title: 'Salt & Smoke', priceCents: 3_990 };
const row = { id: 'book-1', slug: 'shop-07', title: 'Salt & Smoke', price_cents: 3_990 };

test('rows become books', () => {
  expect(toBook(row)).toEqual(book);
});

describe('choosing books', () => {
  test('cold books are of a shop outside the load, unused, and used from then on', async () => {
    const { h, queries, used } = fakeHandle({ rows: [row] });
    h.use('book-0');
    expect(await createBookshop(h).coldBooks(1)).toEqual([book]);
    expect(queries[0]?.params).toEqual(['shop-05', ['book-0'], 1, 0]);
    expect(used).toEqual(['book-0', 'book-1']);
  });

  test('a listed book is one of the first fifteen titles and is used from then on', async () => {
    const { h, queries, used } = fakeHandle({ rows: [row] });
    expect(await createBookshop(h).listedBook()).toEqual(book);
    expect(queries[0]?.sql).toContain('ORDER BY b.title, b.id');
    expect(used).toEqual(['book-1']);
  });

  test("the run's seed names three shops outside the load, and each choice takes one of them", async () => {
    const salt = 0;
    const { h, queries } = fakeHandle({ seed: 15, rows: [row], integers: [salt, 0, salt, 1, salt, 2] });
    const shop = createBookshop(h);
    for (let choice = 0; choice < 3; choice += 1) await shop.coldBooks(1);
    expect(queries.map(({ params }) => params[0])).toEqual(['shop-20', 'shop-05', 'shop-06']);
  });
});

describe('reading', () => {
  const detail = { id: 'book-1', priceCents: 2_990 };
  const items = { items: [{ id: 'book-0', priceCents: 1 }, detail] };

  test('each view finds the price of its book', async () => {
    const { h, sent } = fakeHandle({ answer: ({ view }) => ({ body: view === 'detail' ? detail : items }) });
    const shop = createBookshop(h);
    const seen = [
      await shop.readDetail(book, 'api-1'),
      await shop.readList(book, 'api-1'),
      await shop.readSearch(book, 'api-1'),
    ];
    expect(seen.map(({ view, value }) => [view, value])).toEqual([
      ['detail', 2_990],
      ['list', 2_990],
      ['search', 2_990],
    ]);
    expect(sent.map(({ path }) => path)).toEqual([
      '/v2/books/book-1',
      '/v2/books?limit=20',
      '/v2/books?limit=100&q=Salt%20%26%20Smoke',
    ]);
  });

  test.each([
    ['no JSON', null],
    ['a book without a price', { id: 'book-1' }],
    ['a price that is no number', { id: 'book-1', priceCents: '2990' }],
  ])('an answer that is %s holds no price', async (_what, body) => {
    const { h } = fakeHandle({ answer: () => ({ body }) });
    expect((await createBookshop(h).readDetail(book, 'api-1')).value).toBeNull();
  });

  test('a list without the book holds no price', async () => {
    const { h } = fakeHandle({ answer: () => ({ body: { items: [{ id: 'book-0' }] } }) });
    expect((await createBookshop(h).readList(book, 'api-1')).value).toBeNull();
  });

  test('"not modified" stands for the earlier price, and a new answer for its own', async () => {
    const answers: readonly Answer[] = [
      { body: { priceCents: 3_990 }, headers: { etag: '"7"' } },
      { status: 304 },
      { body: { priceCents: 2_990 } },
    ];
    const { h, sent } = fakeHandle({ answer: (_spec, call) => answers[call - 1] ?? {} });
    const shop = createBookshop(h);
    const earlier = await shop.fetchDetail(book, 'api-1');
    const again = [await shop.revalidate(book, 'api-1', earlier), await shop.revalidate(book, 'api-1', earlier)];
    expect(again.map(({ value }) => value)).toEqual([3_990, 2_990]);
    expect(sent.at(-1)?.headers?.['if-none-match']).toBe('"7"');
  });

  test('a client of its own is named after the replica, unless the caller names it', async () => {
    const { h } = fakeHandle();
    const shop = createBookshop(h);
    expect((await shop.readDetail(book, 'api-3')).client).toBe('reader-api-3');
    expect((await shop.readDetail(book, 'api-3', { client: 'reader-9' })).client).toBe('reader-9');
  });

  test('books are read in rounds on every replica', async () => {
    const { h, sleptMs } = fakeHandle();
    const asked: string[] = [];
    await readAround(h.clock, h.replicas, async (replica) => asked.push(replica));
    expect(asked).toEqual([...h.replicas, ...h.replicas, ...h.replicas]);
    expect(sleptMs).toEqual([30, 60]);
  });

  test('a book in demand has been read eight times on every replica', async () => {
    const { h, sent } = fakeHandle();
    await putInDemand(h, createBookshop(h), book);
    const reads = Map.groupBy(sent, ({ replica }) => replica);
    expect([...reads.values()].map((specs) => specs.length)).toEqual([8, 8, 8]);
  });
});

describe('saving a price', () => {
  test('a price is patched, and kept as the value written', async () => {
    const { h, sent } = fakeHandle();
    expect(await createBookshop(h).setPrice(book, 'api-2', 2_990)).toMatchObject({ kind: 'write', value: 2_990 });
    expect(sent.at(-1)).toMatchObject({ method: 'PATCH', path: '/v2/books/book-1', body: { priceCents: 2_990 } });
  });

  test('a price comes once, and is never the one that the book began with', () => {
    const { h } = fakeHandle({ integers: [3_990, 500, 500, 3_990, 501] });
    const shop = createBookshop(h);
    expect([shop.nextPrice(book), shop.nextPrice(book)]).toEqual([500, 501]);
  });

  test('books have their prices apart', () => {
    const shop = createBookshop(fakeHandle({ integers: [500, 500] }).h);
    expect([shop.nextPrice(book), shop.nextPrice({ ...book, id: 'book-2' })]).toEqual([500, 500]);
  });

  const refused: Answer = { status: 503, outcome: 'unknown' };

  /** Settles a price; the first save and each retry are answered in this order. */
  async function settle(...answers: readonly Answer[]): Promise<Fake & { readonly last: Operation }> {
    const fake = fakeHandle({ answer: (_spec, call) => answers[call - 1] ?? refused });
    const shop = createBookshop(fake.h);
    const first = await shop.setPrice(book, 'api-1', 2_990);
    const last = await settlePrice(fake.h, shop, { book, replica: 'api-1', priceCents: 2_990, first });
    return { ...fake, last };
  }

  test('a save that was taken is not sent again', async () => {
    const { sent, sleptMs, last } = await settle({});
    expect(last.outcome).toBe('ok');
    expect(sent).toHaveLength(1);
    expect(sleptMs).toEqual([]);
  });

  test('a refused save is sent again until it is taken', async () => {
    const { sent, last } = await settle(refused, { status: 409, outcome: 'fail' }, {});
    expect(last.outcome).toBe('ok');
    expect(sent.map(({ value }) => value)).toEqual([2_990, 2_990, 2_990]);
  });

  test('three retries within a second are all; the last answer is returned', async () => {
    const { sent, sleptMs, last } = await settle();
    expect(sent).toHaveLength(4);
    expect(sleptMs.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(1_000);
    expect(last).toMatchObject({ id: sent.length, status: 503 });
  });
});

describe('waiting for keys that are about to end', () => {
  test('only keys that name one of the books and end soon are waited for', async () => {
    const keys = [
      { key: 'book:book-9', ttlMs: 500 },
      { key: 'book:book-1', ttlMs: 300_000 },
      { key: 'epoch:book-1', ttlMs: -1 },
    ];
    const { h, sleptMs } = fakeHandle({ keys: () => keys });
    await waitForShortLivedKeys(h, ['book-1'], 5_000);
    expect(sleptMs).toEqual([]);
  });

  test('the wait is as long as the key has to live', async () => {
    const endMs = 750;
    const keys = (nowMs: number) => (nowMs < endMs ? [{ key: 'lock:book-1', ttlMs: endMs - nowMs }] : []);
    const { h, sleptMs } = fakeHandle({ keys });
    await waitForShortLivedKeys(h, ['book-0', 'book-1'], 5_000);
    expect(sleptMs).toEqual([750]);
  });

  test('a key that is renewed for ever is waited for until the limit', async () => {
    const { h } = fakeHandle({ keys: () => [{ key: 'lock:book-1', ttlMs: 400 }] });
    await waitForShortLivedKeys(h, ['book-1'], 1_000);
    expect(h.clock.nowMs()).toBe(1_000);
  });

  test('nothing is asked without time to wait', async () => {
    const { h } = fakeHandle({
      keys: () => {
        throw new Error('asked');
      },
    });
    await expect(waitForShortLivedKeys(h, ['book-1'], 0)).resolves.toBeUndefined();
  });
});
