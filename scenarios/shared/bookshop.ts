import type { ApiName, Clock, ExperimentHandle, Operation, RequestResult } from '@lab/sdk';
import { inTurn } from './in-turn.ts';
import { isRecord } from './json.ts';
import { staffHeaders } from './staff.ts';
import { experimentTenants } from './tenants.ts';

/** A book that no client has asked for yet in this run: cold in every cache. */
export interface ColdBook {
  readonly id: string;
  readonly tenant: string;
  readonly title: string;
  /** The price it begins with; `nextPrice` never returns it. */
  readonly priceCents: number;
}

/** ShelfWise as a shop's staff use it, through one experiment's handle. */
export interface Bookshop {
  /** Books of one random tenant that the load does not touch. */
  coldBooks(count: number, options?: { readonly stockMin?: number }): Promise<readonly ColdBook[]>;
  /** A book on the first page of its tenant's list. */
  listedBook(): Promise<ColdBook>;
  readDetail(book: ColdBook, replica: ApiName, options?: ReadOptions): Promise<Operation>;
  readSearch(book: ColdBook, replica: ApiName): Promise<Operation>;
  readList(book: ColdBook, replica: ApiName): Promise<Operation>;
  /** Asks again with the tag of an earlier answer; "not modified" counts as the earlier price. */
  revalidate(book: ColdBook, replica: ApiName, earlier: RequestResult): Promise<Operation>;
  fetchDetail(book: ColdBook, replica: ApiName, options?: ReadOptions): Promise<RequestResult>;
  setPrice(book: ColdBook, replica: ApiName, priceCents: number, client?: string): Promise<Operation>;
  /** A price that this book has not had in this run. */
  nextPrice(book: ColdBook): number;
}

interface ReadOptions {
  readonly timeoutMs?: number;
  readonly client?: string;
}

/** Nobody waits longer for a page, or for a save. */
const readTimeoutMs = 3_000;
const writeTimeoutMs = 6_000;

export function createBookshop(h: ExperimentHandle): Bookshop {
  return { ...pickBooks(h), ...readBooks(h), ...priceBooks(h) };
}

interface Wanted {
  readonly limit: number;
  /** Copies that must be there. */
  readonly stockMin?: number;
}

function pickBooks(h: ExperimentHandle): Pick<Bookshop, 'coldBooks' | 'listedBook'> {
  const someTenant = (): string => h.random.pick(experimentTenants(h.seed));
  const find = async (order: string, tenant: string, { limit, stockMin = 0 }: Wanted): Promise<readonly ColdBook[]> => {
    const rows = await h.database.query(
      `SELECT b.id, t.slug, b.title, b.price_cents FROM books b JOIN tenants t ON t.id = b.tenant_id
       WHERE t.slug = $1 AND b.id <> ALL ($2::uuid[]) AND b.stock >= $4 ORDER BY ${order} LIMIT $3`,
      [tenant, h.usedKeys().map((used) => used.key), limit, stockMin],
    );
    return rows.map(toBook);
  };
  return {
    // In turn: experiments that run side by side must not take the same book.
    coldBooks: (count, { stockMin } = {}) =>
      inTurn(h, 'book-choices', async () => {
        const salt = h.random.integer(0, 1_000_000_000);
        const books = await find(`md5(b.id::text || '${salt}')`, someTenant(), {
          limit: count,
          ...(stockMin === undefined ? {} : { stockMin }),
        });
        h.use(...books.map((book) => book.id));
        return books;
      }),
    listedBook: () =>
      inTurn(h, 'book-choices', async () => {
        const book = h.random.pick((await find('b.title, b.id', someTenant(), { limit: 20 })).slice(0, 15));
        h.use(book.id);
        return book;
      }),
  };
}

export function toBook(row: Readonly<Record<string, unknown>>): ColdBook {
  return {
    id: String(row['id']),
    tenant: String(row['slug']),
    title: String(row['title']),
    priceCents: Number(row['price_cents']),
  };
}

interface ReadRequest {
  readonly book: ColdBook;
  readonly replica: ApiName;
  readonly view: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly value: (body: unknown, status: number) => number | null;
}

function readBooks(
  h: ExperimentHandle,
): Pick<Bookshop, 'readDetail' | 'fetchDetail' | 'readSearch' | 'readList' | 'revalidate'> {
  const read = async (request: ReadRequest, options: ReadOptions = {}): Promise<RequestResult> =>
    await h.request({
      replica: request.replica,
      client: options.client ?? `reader-${request.replica}`,
      kind: 'read',
      view: request.view,
      key: request.book.id,
      method: 'GET',
      path: request.path,
      headers: { ...(await staffHeaders(h, request.book.tenant)), ...request.headers },
      read: request.value,
      timeoutMs: options.timeoutMs ?? readTimeoutMs,
    });
  const fetchDetail: Bookshop['fetchDetail'] = (book, replica, options) =>
    read({ book, replica, view: 'detail', path: `/v2/books/${book.id}`, value: priceOfBook }, options);
  return {
    fetchDetail,
    readDetail: async (book, replica, options) => (await fetchDetail(book, replica, options)).operation,
    readSearch: async (book, replica) => {
      const path = `/v2/books?limit=100&q=${encodeURIComponent(book.title)}`;
      return (await read({ book, replica, view: 'search', path, value: priceInList(book.id) })).operation;
    },
    readList: async (book, replica) => {
      const path = '/v2/books?limit=20';
      return (await read({ book, replica, view: 'list', path, value: priceInList(book.id) })).operation;
    },
    revalidate: async (book, replica, earlier) => {
      const headers = { 'if-none-match': earlier.headers['etag'] ?? '"none"' };
      const value: ReadRequest['value'] = (body, status) =>
        status === 304 ? earlier.operation.value : priceOfBook(body);
      return (await read({ book, replica, view: 'detail', path: `/v2/books/${book.id}`, headers, value })).operation;
    },
  };
}

function priceBooks(h: ExperimentHandle): Pick<Bookshop, 'setPrice' | 'nextPrice'> {
  const usedPrices = new Map<string, Set<number>>();
  return {
    setPrice: async (book, replica, priceCents, client = 'writer') => {
      const { operation } = await h.request({
        replica,
        client,
        kind: 'write',
        view: 'detail',
        key: book.id,
        method: 'PATCH',
        path: `/v2/books/${book.id}`,
        headers: await staffHeaders(h, book.tenant),
        body: { priceCents },
        value: priceCents,
        timeoutMs: writeTimeoutMs,
      });
      return operation;
    },
    nextPrice: (book) => {
      const used = usedPrices.get(book.id) ?? new Set([book.priceCents]);
      usedPrices.set(book.id, used);
      let priceCents = h.random.integer(100, 99_999);
      while (used.has(priceCents)) priceCents = h.random.integer(100, 99_999);
      used.add(priceCents);
      return priceCents;
    },
  };
}

/** How the clients of the shop behave: three retries within a second, as a browser or an SDK would. */
const retryPausesMs = [150, 300, 450];

/** Sends the price until it is acknowledged, at most four times. The last operation is returned. */
export async function settlePrice(
  h: ExperimentHandle,
  shop: Bookshop,
  write: {
    readonly book: ColdBook;
    readonly replica: ApiName;
    readonly priceCents: number;
    readonly first: Operation;
  },
): Promise<Operation> {
  let last = write.first;
  for (const pauseMs of retryPausesMs) {
    if (last.outcome === 'ok') return last;
    await h.clock.sleep(pauseMs);
    last = await shop.setPrice(write.book, write.replica, write.priceCents);
  }
  return last;
}

/** Reads the book on these replicas, in rounds: a stale value must not be a matter of the first moment only. */
export async function readAround(
  clock: Clock,
  replicas: readonly ApiName[],
  read: (replica: ApiName) => Promise<unknown>,
  roundPausesMs: readonly number[] = [0, 30, 60],
): Promise<void> {
  for (const pauseMs of roundPausesMs) {
    if (pauseMs > 0) await clock.sleep(pauseMs);
    await Promise.all(replicas.map(read));
  }
}

/**
 * Reads the book often enough that a cache which takes in only what is in demand has it, on every
 * replica, whether it counts in the process or in the store.
 */
export async function putInDemand(h: ExperimentHandle, shop: Bookshop, book: ColdBook): Promise<void> {
  await readAround(h.clock, h.replicas, (replica) => shop.readDetail(book, replica), [0, 0, 0, 0, 0, 0, 0, 0]);
}

/** Keys that end within this time may be hiding an old value, or guarding against one. */
const shortLivedMs = 6_000;

/** Waits until no key that names one of these ids is about to end, at most `withinMs`. */
export async function waitForShortLivedKeys(
  h: ExperimentHandle,
  ids: readonly string[],
  withinMs: number,
): Promise<void> {
  const untilMs = h.clock.nowMs() + withinMs;
  while (h.clock.nowMs() < untilMs) {
    const keys = await h.cache.keys(20_000);
    const ending = keys.filter(
      ({ key, ttlMs }) => ttlMs > 0 && ttlMs < shortLivedMs && ids.some((id) => key.includes(id)),
    );
    if (ending.length === 0) return;
    const soonestMs = Math.min(...ending.map(({ ttlMs }) => ttlMs));
    await h.clock.sleep(Math.min(Math.max(20, soonestMs), Math.max(1, untilMs - h.clock.nowMs())));
  }
}

function priceOfBook(body: unknown): number | null {
  return isRecord(body) && typeof body['priceCents'] === 'number' ? body['priceCents'] : null;
}

function priceInList(id: string): (body: unknown) => number | null {
  return (body) => {
    if (!isRecord(body) || !Array.isArray(body['items'])) return null;
    const item: unknown = body['items'].find((candidate: unknown) => isRecord(candidate) && candidate['id'] === id);
    return priceOfBook(item);
  };
}
