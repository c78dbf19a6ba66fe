import { expect, test, vi } from 'vitest';
import type { CreateBook } from '../books/create-book.ts';
import type { UpdateBook } from '../books/update-book.ts';
import type { EncloseChange } from '../cache/enclose-change.ts';
import { createShownChanges } from './shown-changes.ts';

const context = { tenantId: 'tenant', requestId: 'request', usage: { queries: 0 } };

function setUp() {
  const enclosed: (readonly string[])[] = [];
  const enclose: EncloseChange = async (_context, tags, change) => {
    enclosed.push(tags);
    return await change();
  };
  return { enclosed, shown: createShownChanges(enclose) };
}

test.each([{ priceCents: 0 }, { title: 'New' }, { description: '' }, { stock: 1, priceCents: 1 }])(
  'a change of %j is enclosed, for the book and for the lists',
  async (changes) => {
    const { enclosed, shown } = setUp();
    const update = vi.fn<UpdateBook>();
    await shown.update(update)(context, '1', { changes });
    expect(enclosed).toEqual([['books', 'book:1']]);
    expect(update).toHaveBeenCalledExactlyOnceWith(context, '1', { changes });
  },
);

test('a change of the stock alone is not: nobody is shown it', async () => {
  const { enclosed, shown } = setUp();
  const update = vi.fn<UpdateBook>();
  await shown.update(update)(context, '1', { changes: { stock: 0 } });
  expect(enclosed).toEqual([]);
  expect(update).toHaveBeenCalledOnce();
});

test('a new book changes the lists', async () => {
  const { enclosed, shown } = setUp();
  const create = vi.fn();
  await shown.create(create as CreateBook)(context, {} as never, {} as never);
  expect(enclosed).toEqual([['books']]);
  expect(create).toHaveBeenCalledOnce();
});

test('many prices are one change, for all their books', async () => {
  const { enclosed, shown } = setUp();
  const changes = ['1', '2'].map((bookId) => ({ bookId, priceCents: 5 }));
  const changePrices = vi.fn();
  await shown.changePrices(changePrices)(context, {} as never, changes);
  expect(enclosed).toEqual([['books', 'book:1', 'book:2']]);
  expect(changePrices).toHaveBeenCalledOnce();
});
