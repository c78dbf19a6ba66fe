import type { ExperimentHandle } from '@lab/sdk';
import { createBookshop } from '../../shared/bookshop.ts';

/** Staff who save prices and look at lists, through every replica, one request after the other. */
export interface People {
  /** Begins; resolves when everybody has had the answer to their last request. */
  work(): Promise<void>;
  stop(): void;
}

const pauseMs = 60;

/** Each has a book of their own: they wait for nobody but for the table. */
export async function openPeople(h: ExperimentHandle): Promise<People> {
  const shop = createBookshop(h);
  const replicas = h.replicas;
  const books = await shop.coldBooks(replicas.length * 2);
  let isOver = false;
  const again = async (act: () => Promise<unknown>): Promise<void> => {
    while (!isOver && !h.signal.aborted) {
      await act();
      await h.clock.sleep(pauseMs);
    }
  };
  return {
    stop: () => {
      isOver = true;
    },
    work: async () => {
      const all = books.map((book, index) => {
        const replica = replicas[index % replicas.length];
        if (replica === undefined) throw new RangeError('There is no replica.');
        return index < replicas.length
          ? again(() => shop.setPrice(book, replica, shop.nextPrice(book), `editor-${index}`))
          : again(() => shop.readList(book, replica));
      });
      await Promise.all(all);
    },
  };
}
