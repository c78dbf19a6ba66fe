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
  const list = (tenant: string, { cursor, ...visit }: Visit & { readonly cursor?: string | undefined }) =>
    send(h, visit, { key: `${tenant} ${cursor ?? 'first'}`, path: listPath(tenant, cursor), read: booksIn });
  return {
    bookPage: ({ id, tenant }) => ({
      key: id,
      visit: async (visit) => {
        const path = `/v2/storefront/${tenant}/books/${id}`;
        return (await send(h, visit, { key: id, path, read: priceIn })).operation;
      },
    }),
    listPage: (tenant, cursor) => ({
      key: `${tenant} ${cursor ?? 'first'}`,
      visit: async (visit) => (await list(tenant, { ...visit, cursor })).operation,
    }),
    cursorAfter: async (tenant, replica, cursor) => {
      const { body } = await list(tenant, { replica, client: 'turning-pages', view: 'turning-pages', cursor });
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
