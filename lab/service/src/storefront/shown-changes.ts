import type { BookChanges } from '../books/book.ts';
import type { ChangePrices } from '../books/change-prices.ts';
import type { CreateBook } from '../books/create-book.ts';
import type { UpdateBook } from '../books/update-book.ts';
import type { EncloseChange } from '../cache/enclose-change.ts';
import { bookTag, LISTS_TAG } from './storefront-book.ts';

/** Puts what changes the storefront under its cache policy. */
export interface ShownChanges {
  update(updateBook: UpdateBook): UpdateBook;
  create(createBook: CreateBook): CreateBook;
  changePrices(changePrices: ChangePrices): ChangePrices;
}

export function createShownChanges(enclose: EncloseChange): ShownChanges {
  return {
    update: (updateBook) => async (context, bookId, request) => {
      const change = () => updateBook(context, bookId, request);
      return isShown(request.changes) ? await enclose(context, [LISTS_TAG, bookTag(bookId)], change) : await change();
    },
    create: (createBook) => (context, request, book) =>
      enclose(context, [LISTS_TAG], () => createBook(context, request, book)),
    changePrices: (changePrices) => (context, request, changes) => {
      const tags = [LISTS_TAG, ...changes.map(({ bookId }) => bookTag(bookId))];
      return enclose(context, tags, () => changePrices(context, request, changes));
    },
  };
}

/** Stock is not on show, so orders and deliveries need no purge. */
function isShown({ title, description, priceCents }: BookChanges): boolean {
  return title !== undefined || description !== undefined || priceCents !== undefined;
}
