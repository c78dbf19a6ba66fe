import type { ApiName, ExperimentHandle, Operation, RequestResult } from '@lab/sdk';
import type { ColdBook } from './bookshop.ts';
import { isRecord } from './json.ts';

interface Visit {
  readonly replica: ApiName;
  readonly client: string;
  readonly view: string;
  readonly timeoutMs?: number;
}

/** A page that anybody may read; the same one for all visits. */
export interface PublicPage {
  readonly key: string;
  visit(visit: Visit): Promise<Operation>;
  /** The same, but its value says what is shown: `markOf` the book, or of the first book of a list. */
  identify(visit: Visit): Promise<Operation>;
}

/** A number for an id of a book, as values of operations are numbers. */
export function markOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

/** ShelfWise as the public sees it: nobody signs in. */
export interface Storefront {
  /** Its value is the price. */
  bookPage(book: Pick<ColdBook, 'id' | 'tenant'>): PublicPage;
  /** Its value is the number of books on it. Without a cursor the first one. */
  listPage(tenant: string, cursor?: string): PublicPage;
  /** The cursor of the page after this one; null where there is none, or no answer. */
  cursorAfter(tenant: string, replica: ApiName, cursor?: string): Promise<string | null>;
}

const visitMs = 10_000;

export function createStorefront(h: ExperimentHandle): Storefront {
  const pageOf = (key: string, path: string, read: (body: unknown) => number | null): PublicPage => ({
    key,
    visit: async (visit) => (await send(h, visit, { key, path, read })).operation,
    identify: async (visit) => (await send(h, visit, { key, path, read: markIn })).operation,
  });
  return {
    bookPage: ({ id, tenant }) => pageOf(id, `/v2/storefront/${tenant}/books/${id}`, priceIn),
    listPage: (tenant, cursor) => pageOf(`${tenant} ${cursor ?? 'first'}`, listPath(tenant, cursor), booksIn),
    cursorAfter: async (tenant, replica, cursor) => {
      const visit = { replica, client: 'turning-pages', view: 'turning-pages' };
      const page = { key: `${tenant} ${cursor ?? 'first'}`, path: listPath(tenant, cursor), read: booksIn };
      const { body } = await send(h, visit, page);
      return isRecord(body) && typeof body['nextCursor'] === 'string' ? body['nextCursor'] : null;
    },
  };
}

interface Page {
  readonly key: string;
  readonly path: string;
  readonly read: (body: unknown) => number | null;
}

async function send(
  h: ExperimentHandle,
  { replica, client, view, timeoutMs = visitMs }: Visit,
  page: Page,
): Promise<RequestResult> {
  return await h.request({ replica, client, view, timeoutMs, ...page, kind: 'read', method: 'GET' });
}

function listPath(tenant: string, cursor: string | undefined): string {
  return `/v2/storefront/${tenant}/books${cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`}`;
}

function priceIn(body: unknown): number | null {
  return isRecord(body) && typeof body['priceCents'] === 'number' ? body['priceCents'] : null;
}

function booksIn(body: unknown): number | null {
  return isRecord(body) && Array.isArray(body['items']) ? body['items'].length : null;
}

function markIn(body: unknown): number | null {
  if (!isRecord(body)) return null;
  const first: unknown = Array.isArray(body['items']) ? body['items'][0] : body;
  return isRecord(first) && typeof first['id'] === 'string' ? markOf(first['id']) : null;
}
