import type { ApiName, ExperimentHandle, Operation, RequestSpec } from '@lab/sdk';
import { staffHeaders } from '../../shared/staff.ts';
import type { Client } from './clients.ts';

/** Who asks waits no longer: a refusal is told at once, and so is a page. */
const timeoutMs = 3_000;

export interface Asked {
  readonly operation: Operation;
  /** Of a refusal: how long to wait, where that is a whole number of seconds, at least 1. */
  readonly waitSeconds: number | null;
}

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
  let sent = 0;
  let accepted = 0;
  let refused = 0;
  let withoutRetryAfter = 0;
  let badRetryAfter: string | null = null;
  let longestRetryAfter = 0;

  const noteRefusal = (header: string | undefined): number | null => {
    refused += 1;
    const seconds = /^[1-9]\d{0,8}$/.test(header ?? '') ? Number(header) : null;
    if (seconds === null) {
      withoutRetryAfter += 1;
      badRetryAfter ??= header === undefined ? 'none' : `"${header}"`;
    }
    longestRetryAfter = Math.max(longestRetryAfter, seconds ?? 0);
    return seconds;
  };

  const ask = async (
    client: Client,
    view: string,
    what: Pick<RequestSpec, 'replica' | 'method' | 'path' | 'body'> & Partial<Pick<RequestSpec, 'headers'>>,
  ): Promise<Asked> => {
    sent += 1;
    const role = client.roles[sent % client.roles.length];
    const { operation, headers } = await h.request({
      // One client of the ledger never has two calls under way.
      client: `${client.key}#${sent}`,
      kind: 'read',
      view,
      key: client.key,
      ...what,
      headers: { ...what.headers, ...(client.tenant === null ? {} : await staffHeaders(h, client.tenant, role)) },
      timeoutMs,
    });
    if (operation.status === 429) return { operation, waitSeconds: noteRefusal(headers['retry-after']) };
    if (operation.status > 0 && operation.status < 500) accepted += 1;
    return { operation, waitSeconds: null };
  };

  return {
    signIn: async ({ tenant, roles }) => {
      if (tenant !== null) await Promise.all(roles.map((role) => staffHeaders(h, tenant, role)));
    },
    readBook: (client, view, replica) =>
      ask(client, view, { replica, method: 'GET', path: `/v2/books/${client.bookId}` }),
    crawl: (client, view, replica) => {
      const number = sent + 1;
      const inventedHeaders = {
        // Nobody of ours stands in front and writes this.
        'x-forwarded-for': `198.51.${Math.floor(number / 250)}.${number % 250}`,
        'user-agent': `crawler/${number}`,
        ...(client.tenant === null ? { authorization: `Bearer invented.${number}.token` } : {}),
      };
      return ask(client, view, { replica, headers: inventedHeaders, ...crawled(client, number) });
    },
    facts: () => ({ accepted, refused, withoutRetryAfter, badRetryAfter, longestRetryAfter }),
  };
}

/** Each is answered without the database once the book is in the cache: an accepted one with 200, 404, 400 or 401. */
function crawled({ bookId }: Client, number: number): Pick<RequestSpec, 'method' | 'path' | 'body'> {
  switch (number % 5) {
    case 0:
      return { method: 'GET', path: `/v2/books/${bookId}?from=${number}` };
    case 1:
      return { method: 'GET', path: `/V2/Books/${bookId}/?from=${number}` };
    case 2:
      return { method: 'GET', path: `/v2/nothing-${number}` };
    case 3:
      return { method: 'POST', path: '/v2/books', body: {} };
    default:
      return { method: 'GET', path: `/v2/books/${bookId}` };
  }
}
