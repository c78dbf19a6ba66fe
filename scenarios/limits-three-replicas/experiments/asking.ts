import type { ApiName, ExperimentHandle } from '@lab/sdk';
import { type Asked, createAsking, type Question } from '../../shared/asking.ts';
import { staffHeaders } from '../../shared/staff.ts';
import type { Client } from './clients.ts';

/** The requests of one experiment, and what their refusals said. */
export interface Desk {
  /** Signs the client's staff in where that was not done yet: it must not happen while something is held. */
  signIn(client: Client): Promise<void>;
  /** A page of the client's own book, as its customers look at it. */
  readBook(client: Client, view: string, replica: ApiName): Promise<Asked>;
  /** What crawlers send: other paths, parameters, methods and headers each time, none of which costs a query. */
  crawl(client: Client, view: string, replica: ApiName): Promise<Asked>;
  /** For `refusalsAreHonest`, and how many were accepted and refused. */
  facts(): Readonly<Record<string, string | number | null>>;
}

export function createDesk(h: ExperimentHandle): Desk {
  const { ask, sent, facts } = createAsking(h);
  return {
    signIn: async ({ tenant, roles }) => {
      if (tenant !== null) await Promise.all(roles.map((role) => staffHeaders(h, tenant, role)));
    },
    readBook: (client, view, replica) =>
      ask(client, view, { replica, method: 'GET', path: `/v2/books/${client.bookId}` }),
    crawl: (client, view, replica) => {
      const number = sent() + 1;
      const inventedHeaders = {
        // Nobody of ours stands in front and writes this.
        'x-forwarded-for': `198.51.${Math.floor(number / 250)}.${number % 250}`,
        'user-agent': `crawler/${number}`,
        ...(client.tenant === null ? { authorization: `Bearer invented.${number}.token` } : {}),
      };
      return ask(client, view, { replica, headers: inventedHeaders, ...crawled(client, number) });
    },
    facts,
  };
}

/** Each is answered without the database once the book is in the cache: an accepted one with 200, 404, 400 or 401. */
function crawled({ bookId }: Client, number: number): Omit<Question, 'replica'> {
  switch (number % 7) {
    case 0:
      return { method: 'GET', path: `/v2/books/${bookId}?from=${number}` };
    case 1:
      return { method: 'GET', path: `/V2/Books/${bookId}/?from=${number}` };
    case 2:
      return { method: 'GET', path: `/v2/nothing-${number}` };
    case 3:
      return { method: 'POST', path: '/v2/books', body: {} };
    case 4:
      // A search, which nobody can answer.
      return { method: 'GET', path: `/v2/books?q=crawler&limit=none-${number}` };
    case 5:
      return { method: 'DELETE', path: `/v2/nothing-${number}` };
    default:
      return { method: 'GET', path: `/v2/books/${bookId}` };
  }
}
