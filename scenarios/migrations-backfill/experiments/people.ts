import type { ExperimentHandle } from '@lab/sdk';
import { type ColdBook, createBookshop } from '../../shared/bookshop.ts';
import { type People, peopleAtWork } from '../../shared/people.ts';
import { staffHeaders } from '../../shared/staff.ts';

/** Staff who save prices and customers who order, through every replica. */
export interface ShopPeople extends People {
  /** Books that they work with. */
  readonly books: readonly ColdBook[];
}

const pauseMs = 80;
const timeoutMs = 6_000;
const booksOfOne = 6;

/** Each goes round books of their own: they wait for nobody but for whoever else works on the table. */
export async function openPeople(h: ExperimentHandle): Promise<ShopPeople> {
  const shop = createBookshop(h);
  const shelves: (readonly ColdBook[])[] = [];
  for (let one = 0; one < h.replicas.length * 2; one += 1) {
    shelves.push(await shop.coldBooks(booksOfOne));
  }
  const deeds = shelves.map((books, index) => {
    const replica = h.replicas[index % h.replicas.length];
    if (replica === undefined) throw new RangeError('There is no replica.');
    const act = (book: ColdBook, round: number): Promise<unknown> =>
      index < h.replicas.length
        ? shop.setPrice(book, replica, shop.nextPrice(book), `editor-${index}`)
        : order(h, { book, replica, client: `customer-${index}`, round });
    return async (round: number): Promise<void> => {
      const book = books[round % books.length];
      if (book !== undefined) await act(book, round);
    };
  });
  return { books: shelves.flat(), ...peopleAtWork(h, { deeds, pauseMs }) };
}

interface OneOrder {
  readonly book: ColdBook;
  readonly replica: ExperimentHandle['replicas'][number];
  readonly client: string;
  readonly round: number;
}

async function order(h: ExperimentHandle, { book, replica, client, round }: OneOrder): Promise<void> {
  await h.request({
    replica,
    client,
    kind: 'write',
    view: 'order',
    key: book.id,
    method: 'POST',
    path: '/v2/orders',
    headers: { ...(await staffHeaders(h, book.tenant, 'admin')), 'idempotency-key': `lab-${client}-${round}` },
    body: { lines: [{ bookId: book.id, quantity: 1 }] },
    value: 1,
    timeoutMs,
  });
}
