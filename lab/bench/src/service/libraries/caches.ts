import { randomUUID } from 'node:crypto';
import { exported, importLibrary, importService } from './load-module.ts';
import { type Contender, throughput } from './race.ts';
import { connect, createMetrics, type RacePlace, type RedisClient, silent } from './service-parts.ts';

const work = { durationMs: 2_000, atOnce: 32 };
const ttlSeconds = 300;
const tenantId = randomUUID();
/** Read again and again: all but the first reads of each are hits. */
const books = Array.from({ length: 1_000 }, (_, index) => ({
  id: randomUUID(),
  isbn: String(9_780_000_000_000 + index),
  title: `The book with number ${index}`,
  author: 'Somebody of the bench',
  description: 'A text as long as those in the catalogue of a shop are. '.repeat(8),
  priceCents: 1_000 + index,
  currency: 'EUR',
  stock: 10,
  version: 1,
}));
type Book = (typeof books)[number];

const bookAt = (index: number): Book => books[index % books.length] as Book;

/** Books through the cache of ShelfWise, whose fills a change would void. */
export async function ownCache(place: RacePlace): Promise<Contender> {
  type Lookup = { readonly state: string; readonly lease?: string };
  type Cache = {
    lookup(context: object, bookId: string): Promise<Lookup>;
    fill(context: object, lease: string, book: Book): Promise<void>;
  };
  const create = exported<(parts: object) => Cache>(
    await importService(place.codeDir, 'books/book-cache.ts'),
    'createBookCache',
  );
  const redis = await connect(place);
  const cache = create({ redis, metrics: await createMetrics(place), log: silent, ttlSeconds });
  const context = { tenantId, requestId: 'bench', usage: { queries: 0 } };
  return contender('ShelfWise', redis, async (index) => {
    const book = bookAt(index);
    const found = await cache.lookup(context, book.id);
    if (found.state === 'miss' && found.lease !== undefined) await cache.fill(context, found.lease, book);
  });
}

/** The same books through bentocache, with Redis as its only layer: a layer in memory would serve what is stale. */
export async function libraryCache(place: RacePlace): Promise<Contender> {
  const name = 'bentocache';
  type Store = { useL2Layer(driver: unknown): unknown };
  type Bento = { getOrSet(options: { key: string; ttl: number; factory: () => Promise<Book> }): Promise<Book> };
  const library = await importLibrary(name);
  const BentoCache = exported<new (options: object) => Bento>(library, 'BentoCache');
  const bentostore = exported<() => Store>(library, 'bentostore');
  const redisDriver = exported<(options: object) => unknown>(
    await importLibrary(`${name}/drivers/redis`),
    'redisDriver',
  );
  const redis = await connect(place);
  const store = bentostore().useL2Layer(redisDriver({ connection: redis }));
  const cache = new BentoCache({
    default: 'books',
    prefix: 'bench-library',
    suppressL2Errors: false,
    stores: { books: store },
  });
  return contender(name, redis, async (index) => {
    const book = bookAt(index);
    await cache.getOrSet({ key: `${tenantId}:${book.id}`, ttl: ttlSeconds * 1_000, factory: async () => book });
  });
}

function contender(name: string, redis: RedisClient, read: (index: number) => Promise<unknown>): Contender {
  return {
    name,
    round: () => throughput(read, work),
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
}
