import type { ApiName, ExperimentHandle, Operation } from '@lab/sdk';
import { staffHeaders } from '../../shared/staff.ts';
import type { Client } from './clients.ts';

/** Who asks waits no longer. */
const timeoutMs = 3_000;

export interface Asked {
  readonly operation: Operation;
  /** Of a refusal: how long to wait, where that is a whole number of seconds, at least 1. */
  readonly waitSeconds: number | null;
}

/** Requests of one stretch of an experiment, and what their refusals said. */
export interface Desk {
  /** The page of the client's own book, which is in the cache. */
  readBook(client: Client, view: string, replica: ApiName): Promise<Asked>;
  /** As a shop's staff ask: mostly for books, now and then for the list, and some of it changes something. */
  visit(client: Client, view: string, replica: ApiName): Promise<Asked>;
  /** As a crawler asks: for another path, parameter or method each time, none of which costs a query. */
  crawl(client: Client, view: string, replica: ApiName): Promise<Asked>;
  /** For `refusalsAreHonest` and `refusalsAskNoDatabase`. */
  facts(): Readonly<Record<string, string | number | null>>;
}

export function createDesk(h: ExperimentHandle): Desk {
  const seen = { sent: 0, accepted: 0, refused: 0, withoutRetryAfter: 0, longestRetryAfter: 0 };
  let badRetryAfter: string | null = null;
  let visits = 0;

  const noteRefusal = (header: string | undefined): number | null => {
    seen.refused += 1;
    const seconds = wholeSeconds(header);
    if (seconds === null) {
      seen.withoutRetryAfter += 1;
      badRetryAfter ??= header === undefined ? 'none' : `"${header}"`;
    }
    seen.longestRetryAfter = Math.max(seen.longestRetryAfter, seconds ?? 0);
    return seconds;
  };

  const ask = async (client: Client, view: string, what: What): Promise<Asked> => {
    seen.sent += 1;
    const { operation, headers } = await h.request({
      // One client of the ledger never has two calls under way.
      client: `${client.key}#${view}#${seen.sent}`,
      kind: 'read',
      view,
      key: client.key,
      ...what,
      headers: await staffHeaders(h, client.tenant),
      timeoutMs,
    });
    if (operation.status === 429) return { operation, waitSeconds: noteRefusal(headers['retry-after']) };
    if (operation.status > 0 && operation.status < 500) seen.accepted += 1;
    return { operation, waitSeconds: null };
  };

  return {
    readBook: (client, view, replica) =>
      ask(client, view, { replica, method: 'GET', path: `/v2/books/${client.bookId}` }),
    visit: (client, view, replica) => {
      visits += 1;
      return ask(client, view, { replica, ...visited(client, visits) });
    },
    crawl: (client, view, replica) => ask(client, view, { replica, ...crawled(client, seen.sent + 1) }),
    facts: () => ({ ...seen, badRetryAfter }),
  };
}

/** Null for what is no number of seconds that a client could wait for. */
export function wholeSeconds(header: string | undefined): number | null {
  return /^[1-9]\d{0,8}$/.test(header ?? '') ? Number(header) : null;
}

interface What {
  readonly replica: ApiName;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}

/** An accepted one is answered with 200, or with 400: what it would change is left as it is. */
function visited({ bookId }: Client, number: number): Omit<What, 'replica'> {
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
function crawled({ bookId }: Client, number: number): Omit<What, 'replica'> {
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
