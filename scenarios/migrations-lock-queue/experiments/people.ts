import type { ExperimentHandle } from '@lab/sdk';
import { createBookshop } from '../../shared/bookshop.ts';
import { type People, peopleAtWork } from '../../shared/people.ts';

const pauseMs = 60;

/**
 * Staff who save prices and look at lists, through every replica. Each has a book of their own: they wait for nobody but
 * for the table.
 */
export async function openPeople(h: ExperimentHandle): Promise<People> {
  const shop = createBookshop(h);
  const { replicas } = h;
  const books = await shop.coldBooks(replicas.length * 2);
  const deeds = books.map((book, index) => {
    const replica = replicas[index % replicas.length];
    if (replica === undefined) throw new RangeError('There is no replica.');
    return index < replicas.length
      ? () => shop.setPrice(book, replica, shop.nextPrice(book), `editor-${index}`)
      : () => shop.readList(book, replica);
  });
  return peopleAtWork(h, { deeds, pauseMs });
}
