import type { ApiName, ExperimentHandle } from '@lab/sdk';
import { type Asked, type Asker, createAsking, type Question } from '../../shared/asking.ts';
import type { PlanClient } from '../../shared/plan-clients.ts';

/** Requests of one stretch of an experiment, and what their refusals said. */
export interface Desk {
  /** The page of the client's own book, which is in the cache. */
  readBook(client: PlanClient, view: string, replica: ApiName): Promise<Asked>;
  /** As a shop's staff ask: mostly for books, now and then for the list, and some of it changes something. */
  visit(client: PlanClient, view: string, replica: ApiName): Promise<Asked>;
  /** As a crawler asks: for another path, parameter or method each time, none of which costs a query. */
  crawl(client: Crawler, view: string, replica: ApiName): Promise<Asked>;
  /** For `refusalsAreHonest` and `refusalsAskNoDatabase`. */
  facts(): Readonly<Record<string, string | number | null>>;
}

/** A tenant, or an address. */
type Crawler = Asker & Pick<PlanClient, 'bookId'>;

export function createDesk(h: ExperimentHandle): Desk {
  const { ask, sent, facts } = createAsking(h);
  let visits = 0;
  return {
    readBook: (client, view, replica) =>
      ask(client, view, { replica, method: 'GET', path: `/v2/books/${client.bookId}` }),
    visit: (client, view, replica) => {
      visits += 1;
      return ask(client, view, { replica, ...visited(client, visits) });
    },
    crawl: (client, view, replica) => ask(client, view, { replica, ...crawled(client, sent() + 1) }),
    facts,
  };
}

/** An accepted one is answered with 200, or with 400: what it would change is left as it is. */
function visited({ bookId }: PlanClient, number: number): Omit<Question, 'replica'> {
  switch (number % 8) {
    case 3:
      return { method: 'GET', path: '/v2/books?limit=5' };
    case 1:
    case 6:
      return { method: 'POST', path: '/v2/books', body: {} };
    default:
      return { method: 'GET', path: `/v2/books/${bookId}` };
  }
}

/** An accepted one is answered with 200, 404 or 400. */
function crawled({ bookId }: Crawler, number: number): Omit<Question, 'replica'> {
  switch (number % 4) {
    case 0:
      return { method: 'GET', path: `/v2/books/${bookId}?from=${number}` };
    case 1:
      return { method: 'GET', path: `/v2/nothing-${number}` };
    case 2:
      return { method: 'POST', path: '/v2/books', body: {} };
    default:
      return { method: 'GET', path: `/v2/books/${bookId}` };
  }
}
