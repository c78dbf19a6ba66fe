import type { LoadCap } from '../cache/loads/load-cap.ts';
import { createSingleFlight } from '../cache/loads/single-flight.ts';
import type { Book } from './book.ts';
import type { BookRepository } from './book-repository.ts';

interface SharedLoadsParts {
  readonly books: BookRepository;
  readonly loads: LoadCap;
}

/**
 * The books as reads load them: each once at a time in this process, and no more at once than the cap allows. Nobody is
 * given what was being loaded before they asked. Throws OVERLOADED.
 */
export function createSharedLoads({ books, loads }: SharedLoadsParts): BookRepository {
  const flights = createSingleFlight<Book | undefined>();
  return {
    ...books,
    findById({ tenantId, requestId, usage }, id) {
      // Without the signal of one request: others are served by it too.
      const context = { tenantId, requestId, usage };
      return flights.joinNext(`${tenantId} ${id}`, () => loads.run(() => books.findById(context, id)));
    },
  };
}
