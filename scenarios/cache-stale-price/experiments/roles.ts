import type { ApiName, ExperimentHandle } from '@lab/sdk';
import { type Bookshop, type ColdBook, readAround } from '../../shared/bookshop.ts';

/**
 * Writer and readers of an experiment. `disturbed` names the one whose links the experiment is going
 * to touch: it gets the replica whose links have been left alone the longest, so that a client which
 * still avoids the cache since the last fault does not make the experiment an empty one.
 */
export function roles(
  h: ExperimentHandle,
  disturbed: 'writer' | 'reader',
): { writer: ApiName; reader: ApiName; other: ApiName } {
  const [rested, second, other] = h.replicas;
  if (rested === undefined || second === undefined || other === undefined) {
    throw new RangeError('This scenario needs three API replicas.');
  }
  return disturbed === 'writer' ? { writer: rested, reader: second, other } : { writer: second, reader: rested, other };
}

export const readDetailEverywhere = (h: ExperimentHandle, shop: Bookshop, book: ColdBook): Promise<void> =>
  readAround(h.clock, h.replicas, (replica) => shop.readDetail(book, replica));
