import type { ExperimentHandle } from '@lab/sdk';
import { type ColdBook, createBookshop } from '../../shared/bookshop.ts';
import { staffHeaders } from '../../shared/staff.ts';

/** Staff who save prices and customers who order, through every replica, one request after the other. */
export interface People {
  /** Books that they work with. */
  readonly books: readonly ColdBook[];
  /** Begins; resolves when everybody has had the answer to their last request. */
  work(): Promise<void>;
  stop(): void;
}

const pauseMs = 80;
const timeoutMs = 6_000;
const booksOfOne = 6;

/** Each goes round books of their own: they wait for nobody but for whoever else works on the table. */
export async function openPeople(h: ExperimentHandle): Promise<People> {
  const shop = createBookshop(h);
  const shelves: (readonly ColdBook[])[] = [];
  for (let one = 0; one < h.replicas.length * 2; one += 1) {
    shelves.push(await shop.coldBooks(booksOfOne));
  }
  let isOver = false;
  const again = async (books: readonly ColdBook[], act: (book: ColdBook, round: number) => Promise<unknown>) => {
    for (let round = 0; !isOver && !h.signal.aborted; round += 1) {
      const book = books[round % books.length];
      if (book !== undefined) await act(book, round);
      await h.clock.sleep(pauseMs);
    }
  };
  return {
    books: shelves.flat(),
    stop: () => {
      isOver = true;
    },
    work: async () => {
      const all = shelves.map((books, index) => {
        const replica = h.replicas[index % h.replicas.length];
        if (replica === undefined) throw new RangeError('There is no replica.');
        return index < h.replicas.length
          ? again(books, (book) => shop.setPrice(book, replica, shop.nextPrice(book), `editor-${index}`))
          : again(books, (book, round) => order(h, { book, replica, client: `customer-${index}`, round }));
      });
      await Promise.all(all);
    },
  };
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
